"""SQL that only the database itself can hold: events of items and sealed snapshots refuse change, snapshots deletion too."""

from __future__ import annotations

from typing import Any

GUARDED = (("ledger_itemevent", ("UPDATE",)), ("ledger_sealed", ("UPDATE", "DELETE")))
"""Events go only with their item; a snapshot never goes."""
REFUSAL = "what is recorded in the ledger cannot be changed"


def set_guard(editor: Any) -> None:
    """The triggers that refuse."""
    if editor.connection.vendor == "sqlite":
        for table, verbs in GUARDED:
            for verb in verbs:
                editor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {table}_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                )
    elif editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        for table, verbs in GUARDED:
            editor.execute(
                f"CREATE OR REPLACE TRIGGER {table}_guard BEFORE {' OR '.join(verbs)} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION ledger_refuse()"
            )


def lift_guard(editor: Any) -> None:
    """Takes the guard away: for tests that empty their database, and for undoing the migration."""
    for table, verbs in GUARDED:
        if editor.connection.vendor == "sqlite":
            for verb in verbs:
                editor.execute(f"DROP TRIGGER IF EXISTS {table}_{verb.lower()}")
        elif editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_guard ON {table}")
