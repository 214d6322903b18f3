"""What holds for the whole site: where the database is read and written, who opens what, and what never stands in a page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from lvlian.site.org.access import OWN
from lvlian.site.org.reach import UNREADABLE, Reach
from lvlian.site.org.roles import PERMISSIONS, ROLES
from tests.site.routes import routes

SITE = Path(__file__).resolve().parents[2] / "src" / "lvlian" / "site"
MODULES = sorted(path for path in SITE.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted((SITE / "templates").rglob("*.*"))
OWN_STATIC = sorted(
    p for p in (SITE / "static").rglob("*.*") if "vendor" not in p.parts and p.suffix in (".js", ".css", ".svg")
)
MODELS = [model for app in ("org", "plans") for model in apps.get_app_config(app).get_models()]

READS = re.compile(
    r"(^|/)(actions[a-z_]*|selectors[a-z_]*)(\.py|/)|^org/(access|chain|sessions|models/people)\.py$|^search/(index|query)\.py$"
)
"""Rooms that may ask a model's manager: actions, selectors, and the layers below them."""
MANAGERS = {"objects", "_default_manager", "_base_manager"}


def name_of(path: Path) -> str:
    return path.relative_to(SITE).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


# The database ---------------------------------------------------------------------------------------------------------------
def test_managers_are_asked_by_actions_and_selectors_alone() -> None:
    found = []
    for path in MODULES:
        if READS.search(name_of(path)):
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
                found.append(f"{name_of(path)}:{node.lineno}")
    strays = [place for place in found if place.rpartition(":")[0] not in ALLOWED]
    assert not strays, "ask a selector or an action instead:\n" + "\n".join(strays)
    idle = {name for name in ALLOWED if not any(place.startswith(f"{name}:") for place in found)}
    assert not idle, f"these need no exception any more: {sorted(idle)}"


ALLOWED = {
    "demo.py": "looks for the unit or firm that an invented person is bound to; runs in no request",
    "lists/filters.py": "subqueries of a filter, laid over rows that `scoped` gave",
    "lists/forms.py": "a copy of the row that was handed over, for the form to write on",
    "pages/todo.py": "the projects of the user's own units, laid over rows that `here` gave",
    "lists/lights.py": "subqueries over the milestones of rows that `scoped` gave",
}
"""Module → why it may ask a manager."""

WRITES = {"create", "bulk_create", "bulk_update", "update", "delete", "save", "get_or_create", "update_or_create"}
NO_RECORD = {
    "jobs/actions.py:take_up": "a worker's note of how far a recorded job is",
    "jobs/actions.py:end_job": "a worker's note of how a recorded job ended",
    "ledger/actions/book.py:_write_parties": "part of the recorded writing of items, called by `write` alone",
    "ledger/actions/book.py:_write_steps": "part of the recorded writing of items, called by `write` alone",
    "ledger/actions/book.py:write": "writes what happened to items into the act that the book was opened with",
    "ledger/actions/dispatch.py:_write": "part of a recorded action on the asks of a dispatch",
    "ledger/actions/follow.py:_project": "notes the new name in the record that the book was opened with",
    "lists/actions_import.py:_link": "part of the recorded import",
    "org/actions/account.py:_new_codes": "part of a recorded action; codes stand in no record",
    "org/actions/account.py:drop_devices": "part of a recorded action",
    "org/actions/account.py:touch_token": "when a token was last used is no action",
    "org/actions/entrance.py:sweep_sessions": "what ended by itself is cleared away",
    "plans/actions/documents.py:_save_facts": "part of the recorded loading of a document",
    "plans/actions/documents.py:_save_findings": "part of the recorded loading of a document",
}
"""`module:function` of an actions module that writes without a record → why."""


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from (one for one in node.body if isinstance(one, ast.FunctionDef))


def _writes(function: ast.FunctionDef) -> bool:
    """Whether it calls a writing method of a manager or a row (not of `act`, and not of a dictionary or set)."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            owner = ast.unparse(node.func.value)
            if node.func.attr == "update" and not re.search(r"objects|_manager|filter\(|rows\b|found\b|waiting", owner):
                continue
            if owner == "act" or owner.endswith(".act") or owner.startswith("hashlib"):
                continue
            return True
    return False


def test_what_writes_records() -> None:
    """Every function of an actions module that writes opens a recording, or is handed the act of one."""
    silent = []
    for path in MODULES:
        name = name_of(path)
        if not re.search(r"(^|/)actions", name):
            continue
        for function in _functions(tree_of(path)):
            source = ast.unparse(function)
            arguments = {one.arg for one in [*function.args.args, *function.args.kwonlyargs]}
            if "recording(" in source or "act" in arguments or "self.act" in source:
                continue
            if _writes(function) and f"{name}:{function.name}" not in NO_RECORD:
                silent.append(f"{name}:{function.name}")
    assert not {place for place in NO_RECORD if not (SITE / place.partition(":")[0]).is_file()}
    assert not silent, "writes without a record: " + ", ".join(silent)


# The door -------------------------------------------------------------------------------------------------------------------
PUBLIC = {"login", "logout", "second-factor", "language", "health"}


def test_every_address_says_who_may_open_it() -> None:
    open_to_all = set()
    for route in routes():
        permission = getattr(route.view, "permission", None)
        assert permission is not None, f"{route.name} {route.pattern}: decorate its view with @page or @public"
        if permission == "":
            open_to_all.add(route.name)
        else:
            assert permission in PERMISSIONS or permission == OWN or route.pattern.startswith("api/v1/"), route.name
    assert open_to_all == PUBLIC


def test_every_operation_of_the_api_says_who_may_call_it() -> None:
    from lvlian.site.api.urls import api

    count = 0
    for _prefix, router in api._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                permission = getattr(operation.view_func, "permission", None)
                assert permission in PERMISSIONS or permission == OWN, operation.operation_id
                count += 1
    assert count > 40


def test_every_permission_is_held_and_used() -> None:
    held = set().union(*(role.may for role in ROLES.values()))
    assert held == set(PERMISSIONS)
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in [*MODULES, *TEMPLATES]
        if path.name != "roles.py" and path.suffix in (".py", ".html")
    )
    assert not [name for name in PERMISSIONS if f'"{name}"' not in text and f"'{name}'" not in text]


# Models ---------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_every_model_says_how_far_it_reaches(model: type[models.Model]) -> None:
    reach = getattr(model, "reach", None)
    assert isinstance(reach, Reach), "say `reach = Reach(…)`"
    assert model._meta.ordering, "say in which order its rows stand"
    assert re.search(r"[一-鿿]", str(model._meta.verbose_name)), "name it in Chinese"
    names = {field.name for field in model._meta.get_fields()}
    assert set(reach.fields) <= names
    if reach is UNREADABLE:
        return
    for path in (reach.region, reach.unit, reach.firm, reach.owner, reach.shared):
        if path in ("", "*", "self"):
            continue
        at: type[models.Model] = model
        for part in path.split("__"):
            field = at._meta.get_field(part)
            at = field.related_model or at
    for field in model._meta.get_fields():
        if (
            isinstance(field, models.Field)
            and not field.auto_created
            and field.name not in ("id", "password", "last_login")
        ):
            assert not field.editable or field.verbose_name


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# Pages ----------------------------------------------------------------------------------------------------------------------
ADDRESS = re.compile(r"""(?:https?:)?//(?!localhost|127\.0\.0\.1|www\.w3\.org/)[\w.-]+\.[a-z]{2,}""")
HANDLER = re.compile(r"""<[^>]*\son[a-z]+\s*=""")
STYLE = re.compile(r"""<[^>]*\sstyle\s*=|<style\b""")
SCRIPT = re.compile(r"""<script\b(?![^>]*\bsrc=)(?![^>]*type="application/json")""")
EVAL = re.compile(r"""\beval\(|new Function\(|setTimeout\(\s*["']|javascript:""")
FORMALISM = re.compile(r"打卡|积分|签到|排行榜|排名|得分|点赞|勋章|leaderboard|check-?in", re.IGNORECASE)
WORDS = re.compile(r"赋能|驾驶舱|大屏|系统检测到|亲，")


@pytest.mark.parametrize("what", ["ADDRESS", "HANDLER", "STYLE", "SCRIPT", "EVAL", "FORMALISM", "WORDS"])
def test_what_never_stands_in_a_page(what: str) -> None:
    """No foreign host, nothing inline, no functions that make people check in, collect points or be ranked."""
    pattern = globals()[what]
    found = []
    for path in [*TEMPLATES, *OWN_STATIC]:
        text = re.sub(
            r"{%\s*comment.*?endcomment\s*%}|/\*.*?\*/|<!--.*?-->",
            "",
            path.read_text(encoding="utf-8"),
            flags=re.DOTALL,
        )
        if what in ("HANDLER", "STYLE", "SCRIPT") and path.suffix != ".html":
            continue
        found += [f"{name_of(path)}: {m.group()[:60]}" for m in pattern.finditer(text)]
    assert not found, "\n".join(found)


def test_no_word_of_check_ins_in_models_and_addresses() -> None:
    named = [str(field.verbose_name) for model in MODELS for field in model._meta.fields] + [
        r.pattern for r in routes()
    ]
    assert not [name for name in named if FORMALISM.search(name)]


def test_sentences_end_without_exclamation() -> None:
    found = []
    for path in TEMPLATES:
        if path.suffix == ".html":
            found += [
                f"{name_of(path)}: {s}"
                for s in re.findall(r"""{%\s*translate\s+["']([^"']*[！!][^"']*)["']""", path.read_text())
            ]
    assert not found


def test_every_word_of_a_page_can_be_translated() -> None:
    """Chinese in a template stands in `translate` or `blocktranslate`, a tag's argument, or a comment."""
    found = []
    for path in TEMPLATES:
        if path.suffix != ".html" or path.name in ("parts.html", "language.html"):
            continue
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|<!--.*?-->", "", text, flags=re.DOTALL)
        text = re.sub(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", "", text, flags=re.DOTALL)
        text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
        if m := re.search(r"[一-鿿]+", text):
            found.append(f"{name_of(path)}: {m.group()[:30]}")
    assert not found, "\n".join(found)


def test_the_page_about_access_is_what_the_code_says() -> None:
    from tools.make_access_matrix import PAGE, page

    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tools.make_access_matrix"
