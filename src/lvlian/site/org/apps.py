"""The application of organisation."""

from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "lvlian.site.org"
    label = "org"
    verbose_name = "组织"

    def ready(self) -> None:
        from lvlian.site.org import signals  # noqa: F401
