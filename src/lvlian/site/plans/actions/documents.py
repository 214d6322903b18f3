"""Bringing documents: a plan read from a file, a region's fact file, the original behind it, a new version of a plan.

Reading comes first and touches nothing; then everything is written in one action, so that a file that cannot be read, a job that is
stopped or a process that dies leaves nothing half written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from lvlian.brief.assessed import Assessed
from lvlian.brief.headings import Outline
from lvlian.plan.facts import FACT_KINDS, PlanFacts
from lvlian.site.org.access import Access
from lvlian.site.org.chain import Act, recording
from lvlian.site.org.models import Region, StoredFile
from lvlian.site.plans.actions.findings import recheck
from lvlian.site.plans.actions.records import apply_facts
from lvlian.site.plans.carrying import carry
from lvlian.site.plans.models import Fact, Finding, Plan, Version
from lvlian.site.plans.reading import (
    Reading,
    fact_rows,
    file_name,
    finding_rows,
    head_json,
    head_values,
    read_document,
    reader_name,
)
from lvlian.site.plans.refusal import PlanError

BATCH = 500
Progress = Callable[[str, int, int], None]


def _silent(step: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


def load_document(
    access: Access,
    region: Region,
    name: str,
    content: bytes,
    *,
    plan: Plan | None = None,
    progress: Progress = _silent,
) -> Version:
    """Reads a document and keeps it: a new plan with its facts to be reviewed, or a new version of `plan` that takes over what was
    decided about facts that stayed. Raises PlanError, SourceError (one sentence each), PermissionDenied; then nothing is written."""
    name = file_name(name)
    check_size(name, len(content))
    _refuse_known(region, name, content, plan)
    progress(_("读取"), 0, 1)
    reading = read_document(name, content)
    if not any(reading.facts.of(cls.kind) for cls in FACT_KINDS):
        raise PlanError(
            _("“%(name)s”里没有读到目标、里程碑、责任、激励或链条，请核对是不是规划或政策的正文。") % {"name": name}
        )
    if "\0" in reading.facts.text:
        raise PlanError(_("“%(name)s”的正文里有空字符（NUL），请另存一份再载入。") % {"name": name})
    progress(_("读取"), 1, 1)
    action = "plan.reissue" if plan is not None else "plan.load"
    with recording(access, action, region=region, subject=name, permission="plan.upload") as act:
        progress(_("写入"), 0, 3)
        file = _stored(act, region, name, content, reading.source.form if reading.source else "")
        version = _version(act, region, plan, name, reading, file)
        progress(_("写入"), 1, 3)
        rows = fact_rows(version, reading.facts)
        carried = _save_facts(version, rows, plan)
        _save_findings(version, rows, reading)
        progress(_("写入"), 2, 3)
        standing = [row for row in rows if row.stands]
        apply_facts(act, version.plan, standing)
        if any(row.corrected or row.state in (Fact.State.REJECTED, Fact.State.ADDED) for row in rows):
            recheck(act, version)
        act.data |= {
            "facts": len(rows),
            "findings": len(reading.findings),
            "carried": carried,
            "sha256": version.sha256,
        }
        progress(_("写入"), 3, 3)
    return version


def store_upload(access: Access, region: Region, name: str, content: bytes) -> StoredFile:
    """Keeps an uploaded file until the job that reads it is done; a file that cannot be any document is refused at once. Raises
    SourceError, PlanError, PermissionDenied."""
    from lvlian.plan.source.sniff import sniff_form

    name = file_name(name)
    check_size(name, len(content))
    form = sniff_form(content, name, Path(name).suffix.lower())
    with recording(access, "file.store", region=region, subject=name, permission="plan.upload") as act:
        return _stored(act, region, name, content, form)


def drop_upload(access: Access, file: StoredFile) -> None:
    """Removes an uploaded file that became no version."""
    if Version.objects.filter(file=file).exists():
        return
    with recording(access, "file.drop", row=file, permission="plan.upload") as act:
        act.delete(file)


def load_region_file(access: Access, region: Region, path: Path | str, *, accept: bool = True) -> Version:
    """Keeps the facts of a region file, without their sentences; `accept` makes them the region's records at once. Raises ValueError
    (RegionError, LibraryError), PermissionDenied."""
    from lvlian.chain.dataset import yaml_mapping
    from lvlian.plan.check import check_plan
    from lvlian.plan.region import region_from_text

    path = Path(path)
    text = path.read_text(encoding="utf-8")
    facts = region_from_text(text, path.name)
    characters = yaml_mapping(text, path.name).get("source", {}).get("characters", 0)
    reading = Reading(facts, tuple(check_plan(facts)))
    lengths = {key: anchor.length for key, anchor in facts.anchors.items()}
    with recording(access, "plan.load", region=region, subject=path.name, permission="plan.upload") as act:
        extra = {"region_file": text, "note": facts.note[:300], "characters": characters, "sha256": facts.sha256}
        version = _version(act, region, None, path.name, reading, None, **extra)
        rows = fact_rows(version, facts, lengths)
        if accept:
            for row in rows:
                row.state, row.decided_by, row.decided_at = Fact.State.ACCEPTED, access.user, timezone.now()
                row.reason = _("随地区事实文件载入")
        _save_facts(version, rows, None)
        _save_findings(version, rows, reading)
        apply_facts(act, version.plan, [row for row in rows if row.stands])
        act.data |= {"facts": len(rows), "findings": len(reading.findings), "accepted": len(rows) if accept else 0}
    return version


def attach_original(access: Access, version: Version, name: str, content: bytes) -> Version:
    """Gives the facts of a region file their sentences out of the original. Raises PlanError, SourceError, RegionError."""
    from lvlian.plan.region import attach, region_from_text
    from lvlian.plan.source import source_from_bytes

    name = file_name(name)
    check_size(name, len(content))
    if not version.region_file:
        raise PlanError(_("这一版已有正文，无需附上原件。"))
    bare = region_from_text(version.region_file, version.name)
    source = source_from_bytes(content, name=name)
    facts = attach(bare, source)
    with recording(access, "plan.attach", row=version.plan, subject=name, permission="plan.upload") as act:
        file = _stored(act, version.plan.region, name, content, source.form)
        act.update(
            version,
            None,
            text=source.text,
            characters=len(source.text),
            outline=[heading.to_json() for heading in facts.outline] or version.outline,
            head=head_json(facts),
            file=file,
            sha256=facts.sha256,
        )
        rows = _lit(act, version, bare, facts)
        apply_facts(act, version.plan, [row for row in rows if row.stands])
        recheck(act, version, at_any_size=True)
        act.data |= {"sentences": sum(bool(row.quote) for row in rows), "facts": len(rows)}
    return version


def switch_version(access: Access, plan: Plan, revision: int | None, version: Version) -> Plan:
    """Makes another version of a plan the one in force: its facts that stand become the records again. Raises Conflict, PlanError."""
    if version.plan_id != plan.pk:
        raise PlanError(_("这一版不属于这份规划。"))
    with recording(access, "plan.switch", row=plan, permission="plan.upload", data={"version": version.number}) as act:
        values = {name: value for name, value in _head_of(version).items() if value}
        act.update(plan, revision, current=version, **values)
        version.plan = plan
        standing = Fact.objects.filter(version=version, state__in=Fact.STANDING).select_related("version")
        apply_facts(act, plan, list(standing))
    return plan


def check_size(name: str, size: int) -> None:
    """Raises PlanError where a file is empty or larger than the setting allows."""
    most = settings.ENVIRONMENT.upload_mb
    if size > most * 1_000_000:
        raise PlanError(
            _("“%(name)s”有 %(size).1f MB，最多 %(most)d MB：请只交规划正文，去掉图片和附件。")
            % {"name": name, "size": size / 1_000_000, "most": most}
        )
    if not size:
        raise PlanError(_("“%(name)s”是空文件（0 字节），应是规划的 docx、pdf、txt 或 html。") % {"name": name})


# Parts ---------------------------------------------------------------------------------------------------------------------
def _refuse_known(region: Region, name: str, content: bytes, plan: Plan | None) -> None:
    digest = hashlib.sha256(content).hexdigest()
    known = Version.objects.filter(plan__region=region, sha256=digest).exclude(text="").select_related("plan")
    found = known.filter(plan=plan).first() if plan is not None else known.first()
    if found is not None:
        raise PlanError(
            _("“%(name)s”已经载入过：%(title)s，第 %(number)d 版，一字不差。")
            % {"name": name, "title": found.plan.title, "number": found.number}
        )


def _stored(act: Act, region: Region, name: str, content: bytes, kind: str) -> StoredFile:
    digest = hashlib.sha256(content).hexdigest()
    known = StoredFile.objects.filter(region=region, sha256=digest).defer("content").first()
    if known is not None:
        return known
    return act.create(  # type: ignore[no-any-return]
        StoredFile(
            region=region, sha256=digest, name=name, kind=kind[:10], size=len(content), content=content, user=act.access.user
        )
    )  # fmt: skip


def _version(
    act: Act, region: Region, plan: Plan | None, name: str, reading: Reading, file: StoredFile | None, **extra: Any
) -> Version:
    facts = reading.facts
    head = head_values(facts)
    number = 1
    if plan is None:
        plan = act.create(Plan(region=region, invented=Assessed(facts).invented, **head))
    else:
        last = Version.objects.select_for_update().filter(plan=plan).order_by("-number").first()
        number = last.number + 1 if last else 1
    values: dict[str, Any] = {
        "sha256": facts.sha256,
        "text": facts.text,
        "characters": len(facts.text),
        "head": head_json(facts),
        "outline": [heading.to_json() for heading in facts.outline],
        "reader": reader_name(),
        "brought_by": act.access.user,
        **extra,
    }
    version: Version = act.create(Version(plan=plan, number=number, name=name, file=file, **values))
    before = plan.current
    changes = {key: value for key, value in head.items() if value} if before is not None else {}
    act.update(plan, None, current=version, **changes)
    version.plan = plan
    plan.came_from = before  # type: ignore[attr-defined]
    return version


def _head_of(version: Version) -> dict[str, Any]:
    facts = PlanFacts.from_json({"document": version.head or {}}, name=Path(version.name).stem)
    return head_values(facts)


def _save_facts(version: Version, rows: list[Fact], plan: Plan | None) -> int:
    carried = 0
    before = getattr(version.plan, "came_from", None) if plan is not None else None
    if before is not None:
        carried = carry(list(Fact.objects.filter(version=before).order_by("order", "pk")), rows, version)
    Fact.objects.bulk_create(rows, batch_size=BATCH)
    return carried


def _save_findings(version: Version, rows: Sequence[Fact], reading: Reading) -> None:
    ids = {place: row.pk for row in rows if (place := getattr(row, "place", None))}
    found = finding_rows(version, reading.findings, ids)
    before = getattr(version.plan, "came_from", None)
    if before is not None:
        decided = Finding.objects.filter(version=before, state__in=(Finding.State.KNOWN, Finding.State.ASKED))
        known = {row.key: row for row in decided}
        for row in found:
            if (old := known.get(row.key)) is not None:
                row.state, row.reason = old.state, old.reason
                row.decided_by_id, row.decided_at = old.decided_by_id, old.decided_at
    Finding.objects.bulk_create(found, batch_size=BATCH)


def _lit(act: Act, version: Version, bare: PlanFacts, facts: PlanFacts) -> list[Fact]:
    """The rows of a version with the sentences that were found for them. Raises PlanError where the rows are not those of the file."""
    outline = Outline(version.outline)
    saved = list(Fact.objects.filter(version=version).exclude(origin="hand").order_by("order", "pk"))
    by_place = {row.place: row for row in fact_rows(version, facts)}  # type: ignore[attr-defined]
    fresh = [by_place[row.place] for row in fact_rows(version, bare)]  # type: ignore[attr-defined]
    if [row.kind for row in saved] != [row.kind for row in fresh]:
        raise PlanError(_("这一版的事实与它的地区事实文件对不上，不能附上原件。"))
    for row, lit in zip(saved, fresh, strict=True):
        if row.data != lit.data:
            act.note(row, {"data": row.data}, {"data": lit.data})
        row.data, row.quote, row.start, row.length = lit.data, lit.quote, lit.start, lit.length or row.length
        row.section = outline.path(row.start) or row.section
        row.doubt = lit.doubt
        if not row.corrected:
            row.title = lit.title
        row.version = version
        row.revision += 1
    fields = ["data", "quote", "start", "length", "section", "doubt", "title", "revision"]
    Fact.objects.bulk_update(saved, fields, batch_size=BATCH)
    return saved


def keep_second_reading(access: Access, version: Version, reading: Any, model: str) -> Version:
    """Keeps what the second reader made of a version beside what the rules read; nothing is merged. Raises PermissionDenied."""
    from lvlian.site.plans.second import compared

    with recording(access, "plan.second", row=version.plan, permission="plan.upload", data={"model": model}) as act:
        rows = list(Fact.objects.filter(version=version).order_by("order", "pk"))
        touched, kept = compared(version, rows, reading)
        Fact.objects.bulk_update(touched, ["second"], batch_size=BATCH)
        act.update(version, None, second={"model": model, "at": timezone.now().isoformat(), **kept})
        act.data |= kept["counts"]
    return version
