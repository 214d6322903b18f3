"""What an import would change against what is held, and what looks wrong at the door. Nothing is written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from lvlian.chain.report.doubt import Doubts, doubts_of
from lvlian.chain.report.statement import Statement
from lvlian.finding import Finding

if TYPE_CHECKING:
    from lvlian.chain.report.names import Names

Kind = Literal["added", "changed", "unchanged", "withdrawn"]
KINDS: tuple[Kind, ...] = get_args(Kind)
KIND_ZH: Mapping[Kind, str] = {"added": "新增", "changed": "变更", "unchanged": "未变", "withdrawn": "撤回"}

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One statement before and after: `old` is None where it is added, `new` where it is withdrawn. Values are in the engine's unit."""

    kind: Kind
    old: Statement | None
    new: Statement | None

    @property
    def statement(self) -> Statement:
        """The one that stands afterwards, or the one that is withdrawn."""
        found = self.new or self.old
        assert found is not None  # one of the two is always there
        return found

    @property
    def share(self) -> float | None:
        """The change as a share of the old figure; None where there is none to compare with."""
        if self.old is None or self.new is None or self.old.value == 0:
            return None
        return (self.new.value - self.old.value) / abs(self.old.value)


@dataclass(frozen=True, slots=True)
class Preview:
    """`changes` in the order of the import, withdrawals last; `doubts` are warnings only."""

    changes: tuple[Change, ...]
    doubts: tuple[Finding, ...]

    @property
    def counts(self) -> Mapping[Kind, int]:
        """How many of each kind, every kind named."""
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in KINDS}

    def of(self, kind: Kind) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.kind == kind)


def preview(
    new: Sequence[Statement],
    held: Iterable[Statement],
    *,
    whole: bool = True,
    names: Names | None = None,
    doubts: Doubts | None = None,
) -> Preview:
    """Compare an import with the statements that are held (of this month and of earlier ones). `whole`: the import is all that its
    parties report of its months, so that what it leaves out is withdrawn. `names` gives the words of the doubts."""
    kept = [one for one in held if one.used]
    before = {_key(one): one for one in kept}
    changes: list[Change] = []
    seen: set[Key] = set()
    for one in new:
        key = _key(one)
        seen.add(key)
        old = before.get(key)
        if not one.used:
            if old is not None:
                changes.append(Change("withdrawn", old, one))
        elif old is None:
            changes.append(Change("added", None, one))
        else:
            changes.append(Change("unchanged" if _same(old, one) else "changed", old, one))
    if whole:
        told = {(one.party, one.month) for one in new}
        changes += [
            Change("withdrawn", one, None)
            for key, one in before.items()
            if (one.party, one.month) in told and key not in seen
        ]
    standing = [one for one in new if one.used]
    return Preview(tuple(changes), doubts_of(standing, kept, names=names, doubts=doubts))


def _key(one: Statement) -> Key:
    return (one.month, *one.key)


def _same(old: Statement, new: Statement) -> bool:
    """Whether nothing that the account reads has changed; another file or another way to write it is no change."""
    return (old.value, old.source, old.sd) == (new.value, new.source, new.sd)
