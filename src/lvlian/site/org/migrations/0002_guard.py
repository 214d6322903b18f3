"""The audit tables refuse change; the index of search terms."""

from typing import Any

from django.db import migrations

from lvlian.site.org import guard


def forwards(apps: Any, editor: Any) -> None:
    guard.set_guard(editor)
    guard.make_index(editor)


def backwards(apps: Any, editor: Any) -> None:
    guard.drop_index(editor)
    guard.lift_guard(editor)


class Migration(migrations.Migration):
    dependencies = (("org", "0001_initial"),)
    operations = (migrations.RunPython(forwards, backwards),)
