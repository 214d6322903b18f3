"""Feeds damaged documents to the readers: only a Source or a SourceError may come out, each within a few seconds.

    python benchmarks/fuzz_sources.py 20000 [--seed 1] [--seconds 180]

Prints for each form how many inputs ran, how many of them were read, the slowest one, and every failure with its seed.
A crash of a parser library ends the process: the input is in `out/fuzz/last` then.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import time
import zipfile
import zlib
from collections import Counter
from pathlib import Path

from lvlian.plan.source import Source, SourceError, source_from_bytes

SLOW = 10.0
"""Seconds after which an input counts as a failure."""
WORDS = ("到2027年", "产值达到30亿元", "（一）", "责任单位：县工信局", "\t", "\n", "12 万吨", "铝板带", "1.", "附件")
TAGS = ("div", "p", "table", "tr", "td", "ol", "li", "pre", "form", "header", "span", "a", "article", "br", "svg", "h1")


def text_sample(chance: random.Random) -> bytes:
    text = "".join(chance.choice(WORDS) for _ in range(chance.randint(1, 200)))
    return text.encode(chance.choice(["utf-8", "gb18030", "utf-16", "utf-8-sig"]))


def html_sample(chance: random.Random) -> bytes:
    parts = ["<!DOCTYPE html><meta charset=utf-8>"]
    for _ in range(chance.randint(1, 300)):
        tag = chance.choice(TAGS)
        opening = f"<{tag} colspan={chance.choice([0, 1, 3, 10**9])} rowspan={chance.choice([0, 2, 10**6])} class=nav{chance.randint(0, 9)}>"
        parts.append(chance.choice([opening, opening, f"</{tag}>", chance.choice(WORDS)]))
    return "".join(parts).encode()


def docx_sample(chance: random.Random) -> bytes:
    """A docx whose parts are random but mostly well formed."""
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    tags = ("p", "r", "t", "tbl", "tr", "tc", "tcPr", "vMerge", "gridSpan", "pPr", "numPr", "ilvl", "numId", "ins", "del",
            "txbxContent", "br", "tab", "sdt", "footnoteReference", "rPr", "vanish", "pStyle", "lvl", "abstractNum", "num",
            "abstractNumId", "lvlText", "start", "numFmt", "footnote", "style", "basedOn")  # fmt: skip

    def part(root: str) -> str:
        parts, opened = [], [root]
        for _ in range(chance.randint(1, 200)):
            if len(opened) > 1 and chance.random() < 0.45:
                parts.append(f"</w:{opened.pop()}>")
            else:
                tag = "p" if len(opened) < 3 else chance.choice(tags)
                value = chance.choice(
                    ["0", "1", "2", "restart", "99999999999", "-1", "%1.%2", "bullet", "chineseCounting"]
                )
                parts.append(f'<w:{tag} w:val="{value}" w:id="{value}" w:numId="1" w:abstractNumId="1">')
                opened.append(tag)
                if tag in ("p", "ins", "sdt"):
                    parts.append(f"<w:r><w:t>{chance.choice(WORDS)}</w:t></w:r>")
        parts.extend(f"</w:{tag}>" for tag in reversed(opened[1:]))
        return f'<w:{root} xmlns:w="{name}">{"".join(parts)}</w:{root}>'

    kinds = ("numbering", "styles", "footnotes")
    relations = "".join(f'<Relationship Id="{k}" Type="{base}/{k}" Target="{k}.xml"/>' for k in kinds)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
        archive.writestr("word/document.xml", part("document"))
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{relations}</Relationships>")
        for kind in kinds:
            archive.writestr(f"word/{kind}.xml", part(kind))
    return target.getvalue()


def pdf_sample(chance: random.Random) -> bytes:
    """A small PDF with text in a standard font, and lines that make tables."""
    pages = chance.randint(1, 3)
    objects = [b"<</Type/Catalog/Pages 2 0 R>>"]
    kids = b" ".join(b"%d 0 R" % (4 + 2 * page) for page in range(pages))
    objects.append(b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % pages)
    objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    for page in range(pages):
        body = [b"BT /F1 12 Tf"]
        for _ in range(chance.randint(0, 40)):
            body.append(
                b"1 0 0 1 %d %d Tm (goal %d kt) Tj"
                % (chance.randint(0, 600), chance.randint(0, 840), chance.randint(0, 10**6))
            )
        body.append(b"ET")
        for _ in range(chance.randint(0, 40)):
            x, y = chance.randint(0, 600), chance.randint(0, 840)
            body.append(b"%d %d %d %d re f" % (x, y, chance.choice([1, 200]), chance.choice([1, 200])))
        stream = b"\n".join(body)
        packed = chance.random() < 0.3
        stream = zlib.compress(stream) if packed else stream
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate %d/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
            % (chance.choice([0, 0, 90, 180, 270]), 5 + 2 * page)
        )
        objects.append(
            b"<</Length %d%s>>stream\n%s\nendstream" % (len(stream), b"/Filter/FlateDecode" if packed else b"", stream)
        )
    out = bytearray(b"%PDF-1.5\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)


def random_sample(chance: random.Random) -> bytes:
    head = chance.choice(
        [b"", b"", b"PK\x03\x04", b"%PDF-1.4\n", b"<html>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"]
    )
    return head + chance.randbytes(chance.randint(0, 2000))


SAMPLES = {"txt": text_sample, "html": html_sample, "docx": docx_sample, "pdf": pdf_sample, "random": random_sample}


def mutate(data: bytes, chance: random.Random) -> bytes:
    """A few bytes changed, cut, repeated or put in; two of five inputs stay whole."""
    changed = bytearray(data)
    for _ in range(chance.choice([0, 0, 1, 2, 8])):
        if not changed:
            break
        place = chance.randrange(len(changed))
        length = chance.choice([1, 1, 2, 16, 200])
        action = chance.randrange(5)
        if action == 0:
            changed[place] = chance.randrange(256)
        elif action == 1:
            del changed[place : place + length]
        elif action == 2:
            changed[place:place] = changed[place : place + length] * chance.choice([1, 3, 50])
        elif action == 3:
            changed[place:place] = chance.randbytes(length)
        else:
            changed[place : place + 1] = chance.choice([b"-1", b"99999999999", b"0", b"<", b">", b"/", b"\0", b"\xff"])
    return bytes(changed)


def mutate_docx(data: bytes, chance: random.Random) -> bytes:
    """Half of the time the parts are damaged inside a sound zip, else the zip itself."""
    if chance.random() < 0.5:
        return mutate(data, chance)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as archive:
        for member in source.namelist():
            archive.writestr(member, mutate(source.read(member), chance))
    return target.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", type=int, help="how many inputs in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after this time")
    options = parser.parse_args()
    last = Path("out/fuzz/last")
    last.parent.mkdir(parents=True, exist_ok=True)
    ran: Counter[str] = Counter()
    read: Counter[str] = Counter()
    slowest: dict[str, float] = {}
    failures = 0
    begun = time.monotonic()
    with last.open("w+b") as keep:
        for number in range(options.inputs):
            if time.monotonic() - begun > options.seconds:
                break
            form = list(SAMPLES)[number % len(SAMPLES)]
            chance = random.Random(f"{options.seed}/{number}")
            sample = SAMPLES[form](chance)
            data = mutate_docx(sample, chance) if form == "docx" else mutate(sample, chance)
            keep.seek(0)
            keep.truncate()
            keep.write(data)
            keep.flush()
            at = time.monotonic()
            try:
                source = source_from_bytes(data, name=f"fuzz.{form}")
                bad = check(source)
                read[form] += 1
            except SourceError as error:
                bad = "" if str(error).endswith(".") and "\n" not in str(error) else f"not one sentence: {error!r}"
            except Exception as error:  # every other exception is what this program looks for
                bad = f"{type(error).__name__}: {error}"
            took = time.monotonic() - at
            ran[form] += 1
            slowest[form] = max(slowest.get(form, 0.0), took)
            if took > SLOW:
                bad = bad or f"took {took:.1f} s"
            if bad:
                failures += 1
                print(f"FAILURE seed {options.seed} input {number} ({form}): {bad}")
    for form in SAMPLES:
        print(f"{form:7} {ran[form]:7} inputs, {read[form]:7} read, slowest {slowest.get(form, 0.0) * 1000:8.1f} ms")
    print(f"{'all':7} {sum(ran.values()):7} inputs, {failures} failures, {time.monotonic() - begun:.0f} s")
    return 1 if failures else 0


def check(source: Source) -> str:
    """What is wrong with a Source, "" where nothing is."""
    if "\r" in source.text or not source.text.strip():
        return "the text is blank or holds a carriage return"
    for table in source.tables:
        for row in table.rows:
            for start, end in row:
                if not 0 <= start <= end <= len(source.text) or "\n" in source.text[start:end]:
                    return f"a cell span {start}–{end} is outside of its line"
    return ""


if __name__ == "__main__":
    sys.exit(main())
