from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "lvlian.site.org"
    label = "org"
    verbose_name = "组织"
