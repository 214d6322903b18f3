"""Which firm and which unit of the region a name of the plan means; those that are not there yet are made."""

from __future__ import annotations

from collections.abc import Iterable

from lvlian.brief.units import full_unit_name
from lvlian.plan.check.name import firm_core, is_firm
from lvlian.site.org.models import Firm, Unit

LONGEST = 120


class Firms:
    """The firms of a region by name."""

    def __init__(self, region_id: int, known: Iterable[Firm]) -> None:
        self.region_id = region_id
        self.new: list[Firm] = []
        self._by_name: dict[str, Firm] = {}
        self._by_core: dict[str, Firm] = {}
        self._alike: dict[str, list[Firm]] = {}
        for firm in known:
            self._take(firm)

    def _take(self, firm: Firm) -> None:
        for name in (firm.name, firm.short):
            if name:
                self._by_name.setdefault(name, firm)
                core = firm_core(name)
                self._by_core.setdefault(core, firm)
                for key in _shorter(core):
                    self._alike.setdefault(key, []).append(firm)

    def of(self, name: str | None) -> Firm | None:
        """The firm of a name: the same words, the same without place and legal form, else the only one that it can be short for."""
        name = _name(name)
        if not name:
            return None
        found = self._by_name.get(name) or self._by_core.get(firm_core(name))
        if found is None:
            core = firm_core(name)
            alike = {id(firm): firm for firm in self._alike.get(core, ())}
            alike |= {id(firm): firm for key in _shorter(core) if (firm := self._by_core.get(key))}
            found = next(iter(alike.values())) if len(alike) == 1 else None
        if found is not None:
            self._by_name[name] = found
        return found

    def subject(self, name: str | None) -> Firm | None:
        """The firm that a goal is about; a subject that only resembles a firm's name is none."""
        name = _name(name)
        if not name:
            return None
        return self.of(name) if is_firm(name) else self._by_name.get(name) or self._by_core.get(firm_core(name))

    def want(self, names: Iterable[str]) -> None:
        """Makes firms for the names that mean none yet, fuller names first; they are saved by the caller."""
        for name in sorted({_name(name) for name in names} - {""}, key=lambda name: (-len(name), name)):
            if self.of(name) is None:
                firm = Firm(region_id=self.region_id, name=name)
                self.new.append(firm)
                self._take(firm)


class Units:
    """The units of a region by name."""

    def __init__(self, region_id: int, known: Iterable[Unit]) -> None:
        self.region_id = region_id
        self.new: list[Unit] = []
        self.by_name: dict[str, Unit] = {}
        for unit in known:
            for name in (unit.name, unit.short):
                if name:
                    self.by_name.setdefault(name, unit)

    def want(self, names: Iterable[str]) -> None:
        """Makes units for the names that mean none yet; they are saved by the caller. A short form is the unit that it is short
        for, where only one can be meant."""
        wanted = {_name(name) for name in names} - {""}
        every = {*self.by_name, *wanted}
        for name in sorted(wanted, key=lambda name: (-len(name), name)):
            if name in self.by_name:
                continue
            full = full_unit_name(name, every)
            if full not in self.by_name:
                unit = Unit(region_id=self.region_id, name=full)
                self.new.append(unit)
                self.by_name[full] = unit
            self.by_name[name] = self.by_name[full]

    def of(self, name: str | None) -> Unit | None:
        return self.by_name.get(_name(name))


def _shorter(core: str) -> set[str]:
    """What a name can be shortened to and still mean the firm: cut at its end, or without up to three characters (a place) in front;
    `lvlian.plan.check.name.same_firm` in the form of an index."""
    ends = {core[:end] for end in range(2, len(core))}
    return ends | {core[start:] for start in (1, 2, 3) if len(core) - start >= 2}


def _name(name: str | None) -> str:
    return "".join((name or "").split())[:LONGEST]
