"""The app of the outlook."""

from django.apps import AppConfig


class OutlookConfig(AppConfig):
    name = "lvlian.site.outlook"
    label = "outlook"
    verbose_name = "推演"
