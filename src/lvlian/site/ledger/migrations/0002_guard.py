"""Events and snapshots refuse change."""

from typing import Any

from django.db import migrations

from lvlian.site.ledger import guard


def forwards(apps: Any, editor: Any) -> None:
    guard.set_guard(editor)


def backwards(apps: Any, editor: Any) -> None:
    guard.lift_guard(editor)


class Migration(migrations.Migration):
    dependencies = (("ledger", "0001_initial"),)
    operations = (migrations.RunPython(forwards, backwards),)
