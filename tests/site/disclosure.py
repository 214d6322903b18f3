"""What somebody must not be told, computed from what `scoped` and the field classes give; and the words that an answer holds."""

from __future__ import annotations

import html
import io
import itertools
import re
import zipfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from django.apps import apps
from django.db import models

from lvlian.site.account.models import Statement
from lvlian.site.org.access import Access, region_path, scoped
from lvlian.site.org.models import AuditChange, AuditRecord, Grant, User
from lvlian.site.org.reach import FieldClass
from tests.site.scene import FIGURES, SCALES

APPS = ("org", "plans", "ledger", "account", "outlook")
MARKED = re.compile("[甲乙]")
ACTORS = {(User, "name"), (User, "username"), (AuditRecord, "actor_name")}
"""Who did something is told with what was done, to everybody who sees it: the names of people are no secret within their region."""


def secrets(access: Access, home: str) -> tuple[set[str], set[int]]:
    """Texts and figures that stand somewhere in the database and nowhere that the user may read. `home`: the mark of the user's
    county, whose people's names may appear; empty for people of the prefecture."""
    told: set[str] = set()
    hidden: set[str] = set()
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            if model._meta.model_name in ("searchentry", "sitesession"):
                continue
            if model is AuditChange:
                for text, seen in _history(access):
                    (told if seen else hidden).add(text)
                continue
            mine = set(scoped(model, access).values_list("pk", flat=True))
            for row in model._default_manager.all():
                if row.pk in mine:
                    told.add(str(row))
                    if isinstance(row, Grant):  # a role is told with the unit or firm that it is bound to
                        told.update(body.name for body in (row.unit, row.firm) if body is not None)
                for field in model._meta.concrete_fields:
                    texts = {text for text in _texts(getattr(row, field.attname)) if MARKED.search(text)}
                    seen = row.pk in mine and access.reads(row, field.name)
                    seen = seen or _open_by_name(access, row, field.name)
                    if (model, field.name) in ACTORS and (not home or any(home in text for text in texts)):
                        seen = True
                    (told if seen else hidden).update(texts)
    blob = "\n".join(told)
    return {text for text in hidden if text not in blob}, _sums(access)


def _history(access: Access) -> Iterator[tuple[str, bool]]:
    """Old and new values of fields: they may be read by who reads the field now, or the audit."""
    audited = set(scoped(AuditChange, access).values_list("pk", flat=True))
    known = {m._meta.model_name: m for app in APPS for m in apps.get_app_config(app).get_models()}
    for change in AuditChange.objects.all():
        row = scoped(known[change.model], access).filter(pk=change.object_id).first() if change.model in known else None
        yield from ((text, change.pk in audited) for text in _texts(change.label) if MARKED.search(text))
        for values in (change.before, change.after):
            for name, value in values.items():
                seen = change.pk in audited or (row is not None and access.reads(row, name))
                yield from ((text, seen) for text in _texts(value) if MARKED.search(text))


def _open_by_name(access: Access, row: Any, name: str) -> bool:
    """Whether an OPEN field of a narrower row may be told with the region's records: the title of a plan beside a goal."""
    reach = row.reach
    if reach.class_of(name) is not FieldClass.OPEN or reach.rows is FieldClass.OPEN or reach.firm or reach.unit:
        return False
    path = region_path(row) or ""
    return any(path.startswith(held.path) and FieldClass.OPEN in held.role.reads for held in access.held)


def _texts(value: Any) -> Iterator[str]:
    """The words in a value, long texts by their lines."""
    if isinstance(value, str):
        yield from (line.strip() for line in value.splitlines() if len(line.strip()) > 1)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _sums(access: Access) -> set[int]:
    """Figures, and sums of figures, to which something adds that the user may not read."""
    out: set[int] = set()
    for kind, scale in SCALES.items():
        known = {f * scale for f in FIGURES if _reads(access, kind, f * scale)}
        everything = [f * scale for f in FIGURES]
        for size in range(1, 5):
            out.update(sum(some) for some in itertools.combinations(everything, size) if not set(some) <= known)
    return out


def _reads(access: Access, kind: str, value: int) -> bool:
    if kind == "statement":
        return scoped(Statement, access).filter(value=float(value)).exists()
    model = apps.get_model("plans", "Goal" if kind == "goal" else "Project")
    name = "value" if kind == "goal" else kind
    row: models.Model | None = scoped(model, access).filter(**{name: Decimal(value)}).first()
    return row is not None and access.reads(row, name)


# Answers --------------------------------------------------------------------------------------------------------------------
def words_of(response: Any, *, heads: bool = True) -> str:
    """Everything that an answer says: headers, the body, the parts of an Office file; entities and escapes resolved."""
    told = "\n".join(unquote(f"{name}: {value}") for name, value in response.headers.items()) if heads else ""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            bodies = [f"{name}\n{packed.read(name).decode('utf-8', 'replace')}" for name in packed.namelist()]
        body = "\n".join(bodies)
    else:
        body = content.decode("utf-8", "replace")
    body = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found.group(1), 16)), body)
    return unquote(f"{told}\n{html.unescape(html.unescape(body))}")


COUNTED = re.compile(r"企业[甲乙丙丁戊]（假设）|甲、?乙、?丙|(?<=>)(?:改 )?[甲乙](?=<)")
"""The marks as numerals: assumed firms, and sentences that cannot all hold, are called 甲 乙 丙 too."""


def leaks(words: str, texts: Iterable[str], figures: Iterable[int], foreign: str = "") -> list[str]:
    """What of it is told. `foreign`: a mark that must not appear at all."""
    found = [text for text in texts if text in words]
    words = COUNTED.sub("", words)
    if foreign and foreign in words:
        at = words.index(foreign)
        found.append(words[max(0, at - 30) : at + 30])
    numbers = {m.group() for m in re.finditer(r"(?<![\w.])\d{5,9}(?!\w)", re.sub(r"(?<=\d)[,，](?=\d{3})", "", words))}
    found += [str(figure) for figure in figures if str(figure) in numbers]
    return found
