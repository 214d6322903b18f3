"""The app of plans, and how SQLite is opened for it."""

import sqlite3
from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created


def widen(connection: Any, **_: Any) -> None:
    """Lets SQLite take as many values in one statement as it was built for (32,766 at least), not the 999 of old builds: a document
    of thousands of facts is then a handful of statements."""
    if connection.vendor == "sqlite":
        limit = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        connection.features.max_query_params = limit


class PlansConfig(AppConfig):
    name = "lvlian.site.plans"
    label = "plans"
    verbose_name = "规划"

    def ready(self) -> None:
        connection_created.connect(widen, dispatch_uid="lvlian.plans.widen")
