"""A FILE of the command line to facts: a document, a region's fact file, or a JSON file of facts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lvlian.cli.status import CommandError
from lvlian.plan.facts import FACT_KINDS, PlanFacts


@dataclass(frozen=True, slots=True)
class Corrections:
    """Which corrections are applied: those of `file`, else those that lie beside the document, unless `off`."""

    file: Path | None = None
    off: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """The facts of a file, and what the person at the terminal should know about them."""

    facts: PlanFacts
    remarks: tuple[str, ...] = ()


def take(path: Path, corrections: Corrections) -> Taken:
    """Read one file, with its corrections. Raises ValueError with one sentence where it cannot be used or holds no fact."""
    facts = read_facts(path)
    if not any(facts.of(kind.kind) for kind in FACT_KINDS):
        raise CommandError(
            f"{path.name}: no goal, milestone, duty, incentive or chain was found in it; expected the text of a plan or a policy."
        )
    return corrected(facts, path, corrections)


def read_facts(path: Path) -> PlanFacts:
    """Read one file as it is, without corrections; it may hold no fact. Raises ValueError with one sentence."""
    suffix = path.suffix.lower()
    if suffix in (".yaml", ".yml"):
        return _region(path)
    if suffix == ".json":
        from lvlian.plan.export import load_facts

        return load_facts(path)
    from lvlian.plan.read import read_plan
    from lvlian.plan.source import read_source

    return read_plan(read_source(path))


def _region(path: Path) -> PlanFacts:
    from lvlian.plan.overlay_file import SUFFIX
    from lvlian.plan.region import load_region

    if path.name.endswith(SUFFIX):
        raise CommandError(
            f"{path.name}: this is a file of corrections and no plan; it is applied by itself when its document is read."
        )
    return load_region(path)


def corrected(facts: PlanFacts, path: Path, corrections: Corrections) -> Taken:
    """The facts with the corrections of their document, and a remark for every entry that needs a look."""
    from lvlian.plan.overlay_file import overlay_path

    file = corrections.file or overlay_path(path)
    if corrections.off or (corrections.file is None and not (facts.text and file.is_file())):
        return Taken(facts)
    from lvlian.plan.overlay import STATES, apply_overlay
    from lvlian.plan.overlay_file import load_overlay

    overlay = load_overlay(file)
    result, report = apply_overlay(facts, overlay)
    counts = [f"{len(found)} {state}" for state in STATES if (found := report.of(state))]
    remarks = [f"{path.name}: {file.name} has {len(report.outcomes)} correction(s), {', '.join(counts) or 'none'}."]
    for number, outcome in enumerate(report.outcomes, 1):
        if outcome.state in ("stale", "drifted"):
            entry = outcome.entry
            quote = "".join(entry.address.quote.split())
            remarks.append(
                f"{file.name}, entry {number} ({entry.action} {entry.address.kind} “{quote[:40]}”) is {outcome.state}: {outcome.note}."
            )
    return Taken(result, tuple(remarks))
