"""Fixtures of the site's tests. `world` is made once for each test inside its transaction; `client_of` logs somebody in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.site.world import World, make_world


@pytest.fixture
def world(db: Any) -> World:
    return make_world()


@pytest.fixture
def client_of(db: Any) -> Callable[[Any], Any]:
    """A Django test client logged in as a user, without the login page."""
    from django.test import Client

    def login(user: Any, **kwargs: Any) -> Any:
        client = Client(**kwargs)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return login


@pytest.fixture
def unguarded(transactional_db: Any) -> Any:
    """For tests with real transactions: emptying the database afterwards needs the audit tables' guard lifted."""
    from django.db import connection

    from lvlian.site.ledger import guard as ledger_guard
    from lvlian.site.org.guard import lift_guard, set_guard

    yield
    with connection.schema_editor() as editor:
        lift_guard(editor)
        ledger_guard.lift_guard(editor)
    from django.core.management import call_command

    call_command("flush", verbosity=0, interactive=False)
    with connection.schema_editor() as editor:
        set_guard(editor)
        ledger_guard.set_guard(editor)
