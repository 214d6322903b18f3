"""The app of the chain account."""

from django.apps import AppConfig


class AccountConfig(AppConfig):
    name = "lvlian.site.account"
    label = "account"
    verbose_name = "链账"
