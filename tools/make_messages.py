"""Gathers the site's Chinese sentences into `locale/en/LC_MESSAGES/django.po` and compiles it.

    python tools/make_messages.py          add new sentences (untranslated), drop those no longer used, compile
    python tools/make_messages.py --check  exit 1 where a sentence has no English, or the compiled file is behind

Chinese is the language of the source; a sentence without English shows in Chinese. GNU gettext is not needed.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SITE = Path(__file__).resolve().parents[1] / "src" / "lvlian" / "site"
PO = SITE / "locale" / "en" / "LC_MESSAGES" / "django.po"
HEADER = "# English of the site's pages."
KEYWORDS = [
    "_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy",
]  # fmt: skip


@dataclass(slots=True)
class Sentence:
    """What is said, in which sense where one word has several (`pgettext`), in which forms (`ngettext`), and by which files."""

    message: str
    context: str | None = None
    plural: str | None = None
    files: list[str] = field(default_factory=list)


def sentences(site: Path = SITE) -> list[Sentence]:
    """Every sentence marked for translation, sorted. Raises SyntaxError on a file that cannot be read."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()

    found: dict[tuple[str, str], Sentence] = {}
    for path in sorted([*site.rglob("*.py"), *site.rglob("*.html"), *site.rglob("*.txt")]):
        if "migrations" in path.parts or "vendor" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        code = text if path.suffix == ".py" else templatize(text, origin=str(path))
        told = [(f, m) for _, f, m, _ in extract_python(io.BytesIO(code.encode()), KEYWORDS, [], {"encoding": "utf-8"})]
        for function, message in [*told, *(in_f_strings(code) if path.suffix == ".py" else [])]:
            parts = (message,) if isinstance(message, str) else message
            context = parts[0] if "pgettext" in function else None
            parts = parts[1:] if "pgettext" in function else parts
            if not isinstance(parts[0], str) or not parts[0]:
                continue
            sentence = found.setdefault((parts[0], context or ""), Sentence(parts[0], context))
            if function.startswith(("ngettext", "npgettext")):
                sentence.plural = parts[1]
            sentence.files.append(path.relative_to(site).as_posix())
    return [found[key] for key in sorted(found)]


def in_f_strings(code: str) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Function and message of each sentence within an f-string, where Babel does not look before Python 3.12."""
    for joined in (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.JoinedStr)):
        for call in ast.walk(joined):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS:
                said = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                if said:
                    yield call.func.id, said[0] if len(said) == 1 else tuple(said)


def catalogue() -> Catalog:
    """The English catalogue as it is kept."""
    if not PO.exists():
        return Catalog(locale="en", charset="utf-8")
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def english(old: Catalog, sentence: Sentence) -> str | tuple[str, ...]:
    """The English that is kept for a sentence, in as many forms as it takes; empty where there is none."""
    known = old.get(sentence.message, context=sentence.context)
    forms = () if known is None else (known.string,) if isinstance(known.string, str) else tuple(known.string)
    if not forms or not all(forms):
        return ("", "") if sentence.plural else ""
    return (forms[0], forms[-1]) if sentence.plural else forms[0]


def renewed(old: Catalog, found: list[Sentence]) -> Catalog:
    """The catalogue of the sentences found, with the English that is known."""
    new = Catalog(locale="en", charset="utf-8", project="lvlian", version="", fuzzy=False, header_comment=HEADER)
    new.msgid_bugs_address = new.last_translator = ""
    new.creation_date = new.revision_date = old.creation_date
    for sentence in found:
        known = (sentence.message, sentence.plural) if sentence.plural else sentence.message
        new.add(known, string=english(old, sentence), context=sentence.context)
    return new


def missing(old: Catalog, found: list[Sentence]) -> list[Sentence]:
    """The sentences without English, or without one of its forms."""
    return [sentence for sentence in found if not any(english(old, sentence))]


def compiled(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def main(arguments: list[str]) -> int:
    found = sentences()
    old = catalogue()
    if "--check" in arguments:
        lacking = missing(old, found)
        for sentence in lacking:
            print(f"no English: {sentence.message!r} ({', '.join(sorted(set(sentence.files)))})")
        behind = not PO.with_suffix(".mo").exists() or PO.with_suffix(".mo").read_bytes() != compiled(old)
        if behind:
            print(f"{PO.with_suffix('.mo').name} is behind {PO.name}: run python tools/make_messages.py")
        return 1 if lacking or behind else 0
    new = renewed(old, found)
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, new, width=0, omit_header=False)
    PO.with_suffix(".mo").write_bytes(compiled(new))
    print(f"{len(found)} sentences, {len(missing(new, found))} without English")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
