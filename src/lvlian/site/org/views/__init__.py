"""Pages of people: the entrance, one's own account, the people of a region, the audit."""

from lvlian.site.org.views.entrance import locked_out

__all__ = ["locked_out"]
