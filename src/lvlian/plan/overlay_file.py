"""The corrections file: `<stem>.corrections.yaml` beside the document, small enough to be read and written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lvlian.chain.dataset import read_yaml
from lvlian.plan.fields import KINDS, FieldError, Value, checked, checked_record, plain_number
from lvlian.plan.overlay import ACTIONS, Address, Entry, Overlay, OverlayError
from lvlian.plan.region import words_hash

FORMAT = "lvlian-corrections/1"
SUFFIX = ".corrections.yaml"


def overlay_path(document: Path) -> Path:
    """Where the corrections of a document are kept: `<stem>.corrections.yaml` beside it."""
    return document.with_name(document.stem + SUFFIX)


def load_overlay(path: Path | str) -> Overlay:
    """Read a corrections file. Raises ValueError (OverlayError, LibraryError) in one sentence."""
    path = Path(path)
    data = read_yaml(path)
    if data.get("format") != FORMAT:
        raise OverlayError(f"{path.name}, field format: is {data.get('format')!r}, expected {FORMAT}")
    document = data.get("document")
    if not isinstance(document, dict):
        raise OverlayError(f"{path.name}, field document: expected name and sha256 of the document")
    entries = data.get("entries") or []
    if not isinstance(entries, list):
        raise OverlayError(f"{path.name}, field entries: is {type(entries).__name__}, expected a list")
    return Overlay(
        name=str(document.get("name") or ""),
        sha256=str(document.get("sha256") or ""),
        entries=tuple(_entry(raw, f"{path.name}, entry {i}") for i, raw in enumerate(entries, 1)),
    )


def dump_overlay(overlay: Overlay) -> str:
    """The corrections as the text of their file; the same overlay gives the same text."""
    import yaml

    data = {
        "format": FORMAT,
        "document": {"name": overlay.name, "sha256": overlay.sha256},
        "entries": [_plain(entry) for entry in overlay.entries],
    }
    head = "# Reviewed corrections, applied whenever the document is read. How to write one: docs/corrections.md\n"
    return head + str(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1000))


def _plain(entry: Entry) -> dict[str, Any]:
    """The entry as the file holds it."""
    address = entry.address
    fact: dict[str, Any] = {
        "kind": address.kind,
        "quote": address.quote,
        "words": address.words,
        "occurrence": address.occurrence,
    }
    if address.telling:
        fact["telling"] = _values(address.telling)
    if address.among > 1:
        fact["among"] = address.among
    out: dict[str, Any] = {"action": entry.action, "fact": fact}
    for name, values in (("was", entry.was), ("set", entry.set)):
        if values:
            out[name] = _values(values)
    return {**out, **({"by": entry.by} if entry.by else {}), **({"reason": entry.reason} if entry.reason else {})}


def _values(values: Mapping[str, Value]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else plain_number(value) for name, value in values.items()}


def _entry(raw: Any, where: str) -> Entry:
    if not isinstance(raw, dict):
        raise OverlayError(f"{where}: is {type(raw).__name__}, expected a mapping with action and fact")
    action = raw.get("action")
    if action not in ACTIONS:
        raise OverlayError(f"{where}, field action: is {action!r}, expected one of {', '.join(ACTIONS)}")
    fact = raw.get("fact")
    if not isinstance(fact, dict) or fact.get("kind") not in KINDS:
        raise OverlayError(f"{where}, field fact: expected a mapping with kind (one of {', '.join(KINDS)}) and quote")
    kind, quote, occurrence = str(fact["kind"]), fact.get("quote"), fact.get("occurrence", 1)
    if not isinstance(quote, str) or not quote.strip():
        raise OverlayError(f"{where}, field fact.quote: is {quote!r}, expected the words of the fact")
    if type(occurrence) is not int or occurrence < 1:
        raise OverlayError(f"{where}, field fact.occurrence: is {occurrence!r}, expected a whole number from 1")
    among = fact.get("among", 1)
    if type(among) is not int or among < 1:
        raise OverlayError(f"{where}, field fact.among: is {among!r}, expected a whole number from 1")
    words = fact.get("words", words_hash(quote))
    if words != words_hash(quote):
        raise OverlayError(f"{where}, field fact.words: is not the hash of its quote; leave it out to have it computed")
    telling = _read_values(kind, fact.get("telling"), f"{where}, field fact.telling", strict=False)
    if kind == "goals" and action != "add" and "value" not in telling:
        raise OverlayError(f"{where}, field fact.telling: value is missing, a goal is named by its words and its value")
    was = _read_values(kind, raw.get("was"), f"{where}, field was", strict=False)
    new = _read_values(kind, raw.get("set"), f"{where}, field set", strict=True)
    if action == "correct" and not new:
        raise OverlayError(f"{where}, field set: is missing, expected the corrected fields")
    if action == "add":
        try:
            new = checked_record(kind, new)
        except FieldError as error:
            raise OverlayError(f"{where}, {error}") from None
    by, reason = raw.get("by", ""), raw.get("reason", "")
    for name, text in (("by", by), ("reason", reason)):
        if not isinstance(text, str):
            raise OverlayError(f"{where}, field {name}: is {text!r}, expected a text")
    if action == "reject" and not reason.strip():
        raise OverlayError(f"{where}, field reason: is missing, a rejection needs one")
    address = Address(kind=kind, words=words, occurrence=occurrence, quote=quote, telling=telling, among=among)
    return Entry(action=action, address=address, was=was, set=new, by=by, reason=reason)


def _read_values(kind: str, raw: Any, where: str, *, strict: bool) -> dict[str, Value]:
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise OverlayError(f"{where}: is {type(raw).__name__}, expected a mapping of field to value")
    try:
        return {str(name): checked(kind, str(name), value, strict=strict) for name, value in raw.items()}
    except FieldError as error:
        raise OverlayError(f"{where}, {error}") from None
