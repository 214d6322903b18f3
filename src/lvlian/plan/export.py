"""The public form of facts as JSON and YAML, and the way back from JSON. See docs/facts.md for the fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lvlian.plan.facts import PlanFacts
from lvlian.plan.fields import KINDS, FieldError, checked_record, plain_number

MAX_BYTES = 64 * 1024 * 1024
"""Largest JSON file of facts that is read."""


class ExportError(ValueError):
    """A JSON file that holds no facts; one sentence names the file, the place, what was found and what was expected."""


def public_form(facts: PlanFacts) -> dict[str, Any]:
    """The public form with whole numbers written without a fraction, as documents print them."""
    form = facts.to_json()
    for kind in KINDS:
        form[kind] = [{name: plain_number(value) for name, value in record.items()} for record in form[kind]]
    return form


def json_text(value: Any) -> str:
    """`value` as JSON, two spaces deep, Chinese as it is, with a newline at the end."""
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def facts_json(facts: PlanFacts) -> str:
    """The facts of one document as JSON."""
    return json_text(public_form(facts))


def facts_yaml(facts: Iterable[PlanFacts]) -> str:
    """The facts as YAML, one YAML document for each plan."""
    import yaml

    dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return yaml.dump_all(
        [public_form(one) for one in facts],
        Dumper=dumper,
        allow_unicode=True,
        sort_keys=False,
        width=1000,
        explicit_start=True,
    )


def facts_from_json(text: str | bytes, where: str) -> PlanFacts:
    """Facts from the public form; `where` names the file in errors. Every record is checked. Raises ExportError."""
    try:
        data = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise ExportError(f"{where}, line {error.lineno}: not valid JSON ({error.msg})") from None
    except UnicodeDecodeError:
        raise ExportError(f"{where}: not UTF-8, expected JSON in UTF-8") from None
    except (ValueError, RecursionError) as error:
        problem = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ExportError(f"{where}: not valid JSON ({problem})") from None
    if not isinstance(data, dict) or not isinstance(data.get("document"), dict):
        raise ExportError(
            f"{where}: holds no facts of a plan, expected an object with the key 'document' (see docs/facts.md)"
        )
    form: dict[str, Any] = {"document": _head(data["document"], where), "source": _source(data.get("source"), where)}
    for kind in KINDS:
        records = data.get(kind)
        if records is not None and not isinstance(records, list):
            raise ExportError(f"{where}, {kind}: is {type(records).__name__}, expected a list")
        form[kind] = [_record(kind, record, f"{where}, {kind}[{i}]") for i, record in enumerate(records or [])]
    form["outline"] = _outline(data.get("outline"), where)
    return PlanFacts.from_json(form)


def load_facts(path: Path | str) -> PlanFacts:
    """Facts from a JSON file, as `lvlian read --json` writes it. Raises ExportError."""
    path = Path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ExportError(f"{path.name}: larger than the {MAX_BYTES // 1024 // 1024} MB that are read")
        content = path.read_bytes()
    except OSError as error:
        raise ExportError(f"{path}: cannot be read ({error.strerror or error})") from None
    facts = facts_from_json(content.removeprefix(b"\xef\xbb\xbf"), path.name)
    if facts.name:
        return facts
    from dataclasses import replace

    return replace(facts, name=path.stem)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _text(value: Any, where: str, *, optional: bool = True) -> Any:
    if isinstance(value, str) or (optional and value is None):
        return value
    raise ExportError(f"{where}: is {value!r:.60}, expected a text{' or null' if optional else ''}")


def _head(head: dict[str, Any], where: str) -> dict[str, Any]:
    out = {
        name: _text(head.get(name), f"{where}, field document.{name}")
        for name in ("title", "number", "issuer", "date", "region")
    }
    period = head.get("period")
    if period is not None and not (
        isinstance(period, list) and len(period) == 2 and all(type(year) in (str, int) for year in period)
    ):
        raise ExportError(f"{where}, field document.period: is {period!r:.60}, expected two years or null")
    return {**out, "period": period}


_ISSUED = re.compile(r"(?:19|20)\d\d(?:-\d\d-\d\d)?")


def _source(source: Any, where: str) -> dict[str, str | None]:
    if source is None:
        return {}
    if not isinstance(source, dict):
        raise ExportError(f"{where}, field source: is {source!r:.60}, expected an object with name and sha256")
    issued = _text(source.get("issued_in"), f"{where}, field source.issued_in") or None
    if issued is not None and not _ISSUED.fullmatch(issued):
        raise ExportError(f"{where}, field source.issued_in: is {issued!r:.60}, expected YYYY, YYYY-MM-DD or null")
    own = {name: _text(source.get(name), f"{where}, field source.{name}") or "" for name in ("name", "sha256")}
    return {**own, "issued_in": issued}


def _record(kind: str, record: Any, where: str) -> dict[str, Any]:
    try:
        out: dict[str, Any] = dict(checked_record(kind, record, strict=False))
    except FieldError as error:
        raise ExportError(f"{where}, {error}") from None
    out["quote"] = _text(record.get("quote"), f"{where}, field quote", optional=False)
    out["section"] = _text(record.get("section"), f"{where}, field section") or ""
    out["reason"] = _text(record.get("reason"), f"{where}, field reason")
    out["origin"] = _text(record.get("origin"), f"{where}, field origin") or "rules"
    out["start"] = _whole(record.get("start"), f"{where}, field start", optional=True)
    confidence = record.get("confidence", 1.0)
    if type(confidence) not in (int, float) or not 0 <= confidence <= 1:
        raise ExportError(f"{where}, field confidence: is {confidence!r:.60}, expected a number from 0 to 1")
    out["confidence"] = float(confidence)
    made_by = record.get("made_by", [])
    if not isinstance(made_by, list) or not all(isinstance(entry, str) for entry in made_by):
        raise ExportError(f"{where}, field made_by: is {made_by!r:.60}, expected a list of texts")
    out["made_by"] = made_by
    return out


def _whole(value: Any, where: str, *, optional: bool = False) -> int | None:
    if (optional and value is None) or (type(value) is int and value >= 0):
        return value
    raise ExportError(f"{where}: is {value!r:.60}, expected a whole number{' or null' if optional else ''}")


def _outline(outline: Any, where: str) -> list[dict[str, Any]]:
    if outline is None:
        return []
    if not isinstance(outline, list) or not all(isinstance(heading, dict) for heading in outline):
        raise ExportError(f"{where}, outline: expected a list of headings")
    return [
        {
            **{
                name: _whole(heading.get(name), f"{where}, outline[{i}], field {name}")
                for name in ("level", "start", "end")
            },
            "text": _text(heading.get("text"), f"{where}, outline[{i}], field text", optional=False),
            "path": _text(heading.get("path"), f"{where}, outline[{i}], field path") or "",
        }
        for i, heading in enumerate(outline)
    ]
