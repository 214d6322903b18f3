"""Write `docs/access.md`: who may do what and read which fields, from the roles and models themselves.

    python -m tools.make_access_matrix [--check]

`--check` writes nothing and fails where the page is not what the code says.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "access.md"
HEAD = """# Access: who may see and do what

Scope = region × unit × firm × field class, in one layer (`lvlian.site.org.access`). A grant is a role in a region and all below it,
bound to a unit or a firm where the role asks for one; grants add up. Every list, page, export, chart, search and API route
begins with `scoped(model)`; a field that may not be read is `—` in a page, null and named in `masked` in the API, and cannot be
filtered, sorted or summed by. What lies outside the scope is *not found* (404); what a role may not do is refused (403) and recorded.
The tests ask every address as one viewer of each kind of scope, with `LVLIAN_TESTS_LEAKS=all` as every role, and compare words, headers, files, counts and totals with what the rows allow.

This page is made from the code by `python -m tools.make_access_matrix`; do not edit it.
"""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="fail where the page is not what the code says")
    options = parser.parse_args(arguments)
    text = page()
    if options.check:
        if PAGE.read_text(encoding="utf-8") != text:
            print(f"{PAGE.name} is not what the code says: run python -m tools.make_access_matrix", file=sys.stderr)
            return 1
        return 0
    PAGE.write_text(text, encoding="utf-8")
    return 0


def page() -> str:
    """The text of the page. Django must be set up; it is where nobody did."""
    from django.apps import apps

    if not apps.ready:
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lvlian.site.settings")
        os.environ.setdefault("LVLIAN_HOME", tempfile.mkdtemp(prefix="lvlian-"))
        django.setup()
    from django.utils import translation

    with translation.override("zh-hans"):
        return "\n".join([HEAD, *_roles(), *_permissions(), *_classes(), *_models(), *_fields()]) + "\n"


def _table(heads: list[str], rows: list[list[str]], centred: int = 0) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "|".join(" --- " if i < len(heads) - centred else " :-: " for i in range(len(heads))) + "|"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def _roles() -> Iterator[str]:
    from lvlian.site.org.roles import ROLES

    yield "## Roles\n"
    bound = {"": "region", "unit": "region × unit", "firm": "region × firm"}
    yield from _table(
        ["role", "中文", "a grant names", "held with others"],
        [[f"`{r.key}`", str(r.label), bound[r.bound], "never" if r.exclusive else "yes"] for r in ROLES.values()],
    )


def _permissions() -> Iterator[str]:
    from lvlian.site.org.roles import PERMISSIONS, ROLES

    yield "## Role × permission\n"
    yield from _table(
        ["permission", "", *(str(role.label) for role in ROLES.values())],
        [
            [f"`{key}`", str(label), *("●" if key in role.may else "" for role in ROLES.values())]
            for key, label in PERMISSIONS.items()
        ],
        centred=len(ROLES),
    )


def _classes() -> Iterator[str]:
    from lvlian.site.org.reach import CLASS_ZH, FieldClass
    from lvlian.site.org.roles import ROLES

    yield "## Role × field class\n"
    yield from _table(
        ["class", "", *(str(role.label) for role in ROLES.values())],
        [
            [f"`{one}`", CLASS_ZH[one], *("●" if one in role.reads else "" for role in ROLES.values())]
            for one in FieldClass
        ],
        centred=len(ROLES),
    )


def _models() -> Iterator[str]:
    from lvlian.site.org.reach import CLASS_ZH, UNREADABLE
    from lvlian.site.org.roles import ROLES

    yield "## Role × model\n"
    yield (
        "● every row of the region and below; 单位 and 企业: those of the grant's unit or firm (＋: and those without one); "
        "本人: one's own (＋: and shared ones); empty: none.\n"
    )
    rows = []
    for model in _all_models():
        reach = model.reach
        if reach is UNREADABLE:
            continue
        cells = [_opened(reach, role) for role in ROLES.values()]
        rows.append([str(model._meta.verbose_name), CLASS_ZH[reach.rows], *cells])
    yield from _table(["model", "rows are", *(str(role.label) for role in ROLES.values())], rows, centred=len(ROLES))


def _opened(reach, role) -> str:  # type: ignore[no-untyped-def]
    from lvlian.site.org.reach import FieldClass

    if reach.rows not in role.reads:
        return ""
    if reach.owner:
        return "本人＋" if reach.shared else "本人"
    if role.bound == "firm":
        if reach.firm:
            return "企业＋" if reach.firmless else "企业"
        return "●" if reach.rows is FieldClass.OPEN else ""
    if role.bound == "unit" and reach.unit:
        return "单位＋" if reach.unitless else "单位"
    return "●"


def _fields() -> Iterator[str]:
    from lvlian.site.org.reach import CLASS_ZH

    yield "## Fields of another class than their row\n"
    rows = [
        [str(model._meta.verbose_name), str(model._meta.get_field(name).verbose_name), f"`{name}`", CLASS_ZH[one]]
        for model in _all_models()
        for name, one in model.reach.fields.items()
    ]
    yield from _table(["model", "field", "", "class"], rows)


def _all_models() -> Iterator:  # type: ignore[type-arg]
    from django.apps import apps

    for app in ("org", "plans"):
        yield from apps.get_app_config(app).get_models()


if __name__ == "__main__":
    sys.exit(main())
