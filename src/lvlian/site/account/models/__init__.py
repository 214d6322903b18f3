"""Models of the account."""

from lvlian.site.account.models.aim import GoalLink, Known, VariantChoice
from lvlian.site.account.models.filing import Filing, Statement
from lvlian.site.account.models.works import SupplyLink, Works

__all__ = ["Filing", "GoalLink", "Known", "Statement", "SupplyLink", "VariantChoice", "Works"]
