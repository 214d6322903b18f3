from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "lvlian.site.plans"
    label = "plans"
    verbose_name = "规划"
