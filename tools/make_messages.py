"""Gathers the site's Chinese sentences into `locale/en/LC_MESSAGES/django.po` and compiles it.

    python tools/make_messages.py          add new sentences (untranslated), drop those no longer used, compile
    python tools/make_messages.py --check  exit 1 where a sentence has no English, or the compiled file is behind

Chinese is the language of the source; a sentence without English shows in Chinese. GNU gettext is not needed.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SITE = Path(__file__).resolve().parents[1] / "src" / "lvlian" / "site"
PO = SITE / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = ["_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"]


def sentences(site: Path = SITE) -> dict[str, list[str]]:
    """Every sentence marked for translation, with the files that use it. Raises SyntaxError on a file that cannot be read."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()

    found: dict[str, list[str]] = {}
    for path in sorted([*site.rglob("*.py"), *site.rglob("*.html"), *site.rglob("*.txt")]):
        if "migrations" in path.parts or "vendor" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        code = text if path.suffix == ".py" else templatize(text, origin=str(path))
        for _, function, message, _ in extract_python(io.BytesIO(code.encode()), KEYWORDS, [], {"encoding": "utf-8"}):
            parts = (message,) if isinstance(message, str) else message
            if function.startswith("pgettext"):
                parts = parts[1:]
            for part in parts[:1]:
                if isinstance(part, str) and part:
                    found.setdefault(part, []).append(path.relative_to(site).as_posix())
    return found


def catalogue() -> Catalog:
    """The English catalogue as it is kept."""
    if not PO.exists():
        return Catalog(locale="en", charset="utf-8")
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def renewed(old: Catalog, found: dict[str, list[str]]) -> Catalog:
    """The catalogue of the sentences found, with the English that is known."""
    new = Catalog(locale="en", charset="utf-8", project="lvlian", header_comment="# English of the site's pages.")
    new.creation_date = new.revision_date = old.creation_date
    for message in sorted(found):
        known = old.get(message)
        new.add(message, string=known.string if known else "", locations=())
    return new


def compiled(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def main(arguments: list[str]) -> int:
    found = sentences()
    old = catalogue()
    if "--check" in arguments:
        missing = [m for m in found if not (known := old.get(m)) or not known.string]
        for message in missing:
            print(f"no English: {message!r} ({', '.join(sorted(set(found[message])))})")
        behind = not PO.with_suffix(".mo").exists() or PO.with_suffix(".mo").read_bytes() != compiled(old)
        if behind:
            print(f"{PO.with_suffix('.mo').name} is behind {PO.name}: run python tools/make_messages.py")
        return 1 if missing or behind else 0
    new = renewed(old, found)
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, new, width=0, omit_header=False)
    PO.with_suffix(".mo").write_bytes(compiled(new))
    empty = sum(1 for m in new if m.id and not m.string)
    print(f"{len(found)} sentences, {empty} without English")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
