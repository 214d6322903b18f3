"""SQL that only the database itself can hold: the audit tables refuse change and deletion, and the index of search terms."""

from __future__ import annotations

from typing import Any

TABLES = ("org_auditrecord", "org_auditchange")
REFUSAL = "audit records cannot be changed"


def set_guard(editor: Any) -> None:
    """Audit rows can be added, never changed or deleted."""
    if editor.connection.vendor == "sqlite":
        for table in TABLES:
            for verb in ("UPDATE", "DELETE"):
                editor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {table}_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                )
    elif editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE OR REPLACE FUNCTION org_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        for table in TABLES:
            editor.execute(
                f"CREATE OR REPLACE TRIGGER {table}_guard BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION org_audit_refuse()"
            )


def lift_guard(editor: Any) -> None:
    """Takes the guard away: for tests that empty their database, and for undoing the migration."""
    if editor.connection.vendor == "sqlite":
        for table in TABLES:
            for verb in ("update", "delete"):
                editor.execute(f"DROP TRIGGER IF EXISTS {table}_{verb}")
    elif editor.connection.vendor == "postgresql":
        for table in TABLES:
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_guard ON {table}")


def make_index(editor: Any) -> None:
    """An index over the terms of search entries: FTS5 on SQLite, kept by triggers; a text index on PostgreSQL."""
    if editor.connection.vendor == "sqlite":
        editor.execute(
            "CREATE VIRTUAL TABLE org_searchterms USING fts5(terms, content='org_searchentry', content_rowid='id', "
            'tokenize="unicode61 remove_diacritics 0")'
        )
        gone = "INSERT INTO org_searchterms(org_searchterms, rowid, terms) VALUES ('delete', old.id, old.terms);"
        come = "INSERT INTO org_searchterms(rowid, terms) VALUES (new.id, new.terms);"
        for verb, body in (("INSERT", come), ("DELETE", gone), ("UPDATE OF terms", gone + come)):
            name = verb.split()[0].lower()
            editor.execute(f"CREATE TRIGGER org_searchentry_{name} AFTER {verb} ON org_searchentry BEGIN {body} END")
    elif editor.connection.vendor == "postgresql":
        editor.execute("CREATE INDEX org_searchentry_terms ON org_searchentry USING gin (to_tsvector('simple', terms))")


def drop_index(editor: Any) -> None:
    """Undoes `make_index`."""
    if editor.connection.vendor == "sqlite":
        for name in ("insert", "delete", "update"):
            editor.execute(f"DROP TRIGGER IF EXISTS org_searchentry_{name}")
        editor.execute("DROP TABLE IF EXISTS org_searchterms")
    elif editor.connection.vendor == "postgresql":
        editor.execute("DROP INDEX IF EXISTS org_searchentry_terms")
