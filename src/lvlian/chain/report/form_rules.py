"""The editable rules of forms: `forms.yaml`, or a user's own file in its form. What a form asks is derived in `form.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lvlian.chain.dataset import LibraryError, read_yaml
from lvlian.chain.region import KINDS
from lvlian.chain.report.statement import ITEMS

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.chain.library.good import Good

SHIPPED = Path(__file__).parent / "forms.yaml"
_LISTS = (
    "made",
    "used",
    "stored",
    "moved",
    "moved_goods",
    "unstorable",
    "never",
    "own_meter",
    "melted",
    "melting_kinds",
    "content",
    "local",
    "hauled",
    "output_value",
    "metered",
)
_MAPS = ("bought_beside", "units", "units_of", "sources")
_FIELDS = (*_LISTS, *_MAPS, "least", "content_width", "supplied", "facts", "indicators")
_GOODS = ("moved_goods", "unstorable", "never", "melted", "local", "hauled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A figure of a firm that is no flow: `unit` as shown, `kinds` of firms that are asked, `indicators` that it serves."""

    id: str
    zh: str
    en: str
    unit: str
    kinds: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRule:
    """Figures of `item` (and of `goods`, of `kinds` of goods, of `stages`, where given) serve the indicators `of`."""

    item: str
    of: tuple[str, ...]
    goods: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()

    def fits(self, item: str, good: Good | None, stage: str) -> bool:
        if item != self.item:
            return False
        if self.goods and (good is None or good.id not in self.goods):
            return False
        if self.kinds and (good is None or good.kind not in self.kinds):
            return False
        return not self.stages or stage in self.stages


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRules:
    """`lists` and `maps` by their name in the file."""

    lists: Mapping[str, frozenset[str]]
    maps: Mapping[str, Mapping[str, str]]
    least: float
    content_width: float
    supplied: str
    facts: Mapping[str, Fact]
    indicators: tuple[IndicatorRule, ...]
    file: str

    def unit(self, base: str, good: str) -> str:
        """The unit that people use for a good whose unit in the engine is `base`."""
        units, own = self.maps["units"], self.maps["units_of"]
        if base.startswith("yuan/"):
            return f"元/{ {'kWh': '千瓦时', 'm3': '立方米'}.get(base[5:], '吨') }"
        return own.get(good) or units.get(base or "content", base)

    def source(self, item: str, kind: str) -> str:
        """The usual class of source of an item about a good of a kind."""
        return "meter" if kind in self.lists["metered"] else self.maps["sources"].get(item, "statement")

    def serves(self, item: str, good: Good | None, stage: str) -> tuple[str, ...]:
        """The indicators that a figure serves, each once, in the order of the rules."""
        found = [one for rule in self.indicators if rule.fits(item, good, stage) for one in rule.of]
        return tuple(dict.fromkeys(found))

    def check(self, library: Library) -> None:
        """Follow every reference into the library. Raises LibraryError at the first that leads nowhere."""
        for name in _GOODS:
            for good in sorted(self.lists[name]):
                if good not in library.goods:
                    raise LibraryError(f"{self.file}, field {name}: {good} is no good of the library")
        for process in sorted(self.lists["own_meter"]):
            if process not in library.processes:
                raise LibraryError(f"{self.file}, field own_meter: {process} is no process of the library")
        named = [i for rule in self.indicators for i in rule.of] + [
            i for f in self.facts.values() for i in f.indicators
        ]
        for indicator in named:
            if indicator not in library.indicators:
                raise LibraryError(f"{self.file}, field indicators: {indicator} is no indicator of the library")


@cache
def load_form_rules(path: Path = SHIPPED) -> FormRules:
    """The rules of a file. Raises LibraryError that names file, field, what was found and what was expected."""
    data, file = read_yaml(path), path.name
    for key in data:
        if key not in _FIELDS:
            raise LibraryError(f"{file}, field {key}: unknown, expected one of {', '.join(_FIELDS)}")
    supplied = data.get("supplied", "electricity")
    if not isinstance(supplied, str):
        raise LibraryError(f"{file}, field supplied: is {supplied!r}, expected the id of a good")
    return FormRules(
        lists={name: frozenset(_texts(file, name, data.get(name))) for name in _LISTS},
        maps={name: _map(file, name, data.get(name)) for name in _MAPS},
        least=_share(file, data, "least"),
        content_width=_share(file, data, "content_width"),
        supplied=supplied,
        facts=_facts(file, data.get("facts")),
        indicators=tuple(_rule(file, at, entry) for at, entry in enumerate(data.get("indicators") or ())),
        file=file,
    )


def _share(file: str, data: dict[str, Any], field: str) -> float:
    value = data.get(field, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
        raise LibraryError(f"{file}, field {field}: is {value!r}, expected a number from 0 to below 1")
    return float(value)


def _texts(file: str, field: str, data: Any) -> tuple[str, ...]:
    if data is None:
        return ()
    if not isinstance(data, list) or not all(isinstance(one, str) for one in data):
        raise LibraryError(f"{file}, field {field}: expected a list of words")
    return tuple(data)


def _map(file: str, field: str, data: Any) -> dict[str, str]:
    if data is None:
        return {}
    if not isinstance(data, dict) or not all(isinstance(v, str) for pair in data.items() for v in pair):
        raise LibraryError(f"{file}, field {field}: expected words by id")
    return dict(data)


def _facts(file: str, data: Any) -> dict[str, Fact]:
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise LibraryError(f"{file}, field facts: expected facts by id")
    facts = {}
    for key, entry in data.items():
        where = f"facts.{key}"
        if not isinstance(entry, dict) or entry.keys() - {"zh", "en", "unit", "kinds", "indicators"}:
            raise LibraryError(f"{file}, field {where}: expected zh, en, unit, kinds and indicators")
        texts = [entry.get(name) for name in ("zh", "en", "unit")]
        if not all(isinstance(text, str) and text for text in texts):
            raise LibraryError(f"{file}, field {where}: expected zh, en and unit as texts")
        kinds = _texts(file, f"{where}.kinds", entry.get("kinds"))
        for kind in kinds:
            if kind not in KINDS:
                raise LibraryError(f"{file}, field {where}.kinds: is {kind}, expected one of {', '.join(KINDS)}")
        serves = _texts(file, f"{where}.indicators", entry.get("indicators"))
        facts[str(key)] = Fact(
            id=str(key), zh=entry["zh"], en=entry["en"], unit=entry["unit"], kinds=kinds, indicators=serves
        )
    return facts


def _rule(file: str, at: int, entry: Any) -> IndicatorRule:
    where = f"indicators[{at}]"
    if not isinstance(entry, dict) or entry.keys() - {"item", "of", "goods", "kinds", "stages"}:
        raise LibraryError(f"{file}, field {where}: expected item, of, goods, kinds and stages")
    if entry.get("item") not in ITEMS:
        raise LibraryError(f"{file}, field {where}.item: is {entry.get('item')!r}, expected one of {', '.join(ITEMS)}")
    lists = {name: _texts(file, f"{where}.{name}", entry.get(name)) for name in ("of", "goods", "kinds", "stages")}
    if not lists["of"]:
        raise LibraryError(f"{file}, field {where}.of: expected the ids of indicators")
    return IndicatorRule(
        item=entry["item"],
        of=lists["of"],
        goods=frozenset(lists["goods"]),
        kinds=frozenset(lists["kinds"]),
        stages=frozenset(lists["stages"]),
    )
