"""What a wrong figure looks like: ten times too high, another unit, a party left out … with the arithmetic that shows it.

Each kind says which value would have been meant; the likelihood of the reported figure under that kind (how near the meant value is
to what the others imply, and how many meant values were tried) is weighed against a plain error of unknown size. What kinds there are
and how common they are taken to be stands in `kinds.yaml`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from lvlian.quantity.show import MINUS, figure

SHIPPED = Path(__file__).with_name("kinds.yaml")
FITS = 2.0
"""A meant value fits within so many standard deviations of what the others imply."""
DECADES = 5
"""An error of unknown size is taken to be as likely in each of so many decades."""
RELATIVE = 0.01
"""A meant value found by a factor is at least this sure, relative to itself."""


class KindsError(ValueError):
    """A file of kinds cannot be used; one sentence with file, field, what was found and what was expected."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Another flow of the same party (or a part of the same total) that may have been left out or counted too: its `label`, `value`
    and `sd` in the unit of the suspect reading."""

    label: str
    value: float
    sd: float = 0.0
    label_en: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """`code` with its names; `meant`: the value that would have been meant (NaN for an error without a rule); `like_zh`, `like_en`:
    what seems to have happened; `arithmetic`, `arithmetic_en`: lines that can be recomputed; `fits`: the meant value lies within
    ±2 sd of the implied one; `weight`: share among all kinds, 0 … 1."""

    code: str
    zh: str
    en: str
    like_zh: str
    like_en: str
    meant: float
    arithmetic: tuple[str, ...]
    arithmetic_en: tuple[str, ...]
    fits: bool
    weight: float


@dataclass(frozen=True, slots=True)
class _Guess:
    code: str
    like: tuple[str, str]
    meant: float
    sd: float
    stretch: float  # d meant / d reported
    share: float
    sum: tuple[str, str]  # the left side of the arithmetic line, as far as the meant value


def likely(
    reported: float,
    implied: float,
    sd: float,
    *,
    own_sd: float = 0.0,
    unit: str = "",
    previous: float | None = None,
    others: Sequence[Labelled] = (),
    scale: float = 1.0,
    table: Mapping[str, Any] | None = None,
) -> tuple[Kind, ...]:
    """The kinds that a suspect reading can be of, the likeliest first; the plain error (多报, 少报) is always among them.

    `implied` ± `sd`: the value by all others. `own_sd`: the reading's own. `unit`: the good's unit in the library. `previous`: last
    month's reported figure. `others`: see Labelled. `scale`: figures are shown divided by it. Kinds whose weight is below 1 ‰ are
    left out. Raises ValueError where a figure is not finite.
    """
    for name, value in (("reported", reported), ("implied", implied), ("sd", sd), ("own_sd", own_sd)):
        if not math.isfinite(value):
            raise ValueError(f"{name}: is {value}, expected a finite number")
    rules = table or shipped_kinds()
    write = _Writer(scale, sd)
    found: list[tuple[float, bool, _Guess]] = []
    for guess in _guesses(reported, sd, own_sd, unit, others, rules, write):
        away = (guess.meant - implied) / guess.sd
        density = guess.share * guess.stretch * math.exp(-(min(abs(away), 38.0) ** 2) / 2) / (guess.sd * 2.5066)
        found.append((density, abs(away) <= FITS, guess))
    shares = rules["shares"]
    if previous is not None and reported == previous:
        same = _Guess("stale", ("与上月逐字相同", "the same as last month in every digit"), reported, 1.0, 1.0, 1.0,
                      (f"{write(reported)} = 上月 {write(previous)}", f"{write(reported)} = last month {write(previous)}"))  # fmt: skip
        found.append((shares["stale"] / _grain(reported), False, same))
    if reported == 0:
        text = f"0 ≠ 推得 {write(implied, rounded=True)}", f"0 ≠ implied {write(implied, rounded=True)}"
        nil = _Guess("blank", ("报零，像未填", "nil, seems not filled in"), math.nan, 1.0, 1.0, 1.0, text)
        found.append((shares["blank"], False, nil))
    off = reported - implied
    plain = _Guess("over" if off > 0 else "under", ("", ""), math.nan, 1.0, 1.0, 1.0, ("", ""))
    spread = 2 * max(abs(off), sd, 1e-300) * math.log(10.0) * DECADES
    found.append((shares["bias"] / spread, False, plain))
    total = sum(density for density, _, _ in found)
    kinds = [_kind(guess, density / total, fits, reported, implied, rules, write) for density, fits, guess in found]
    kinds = [k for k in kinds if k.weight >= 1e-3 or k.code in ("over", "under")]
    return tuple(sorted(kinds, key=lambda k: (-k.weight, k.code, k.meant)))


def _guesses(
    reported: float,
    sd: float,
    own_sd: float,
    unit: str,
    others: Sequence[Labelled],
    rules: Mapping[str, Any],
    write: _Writer,
) -> Iterator[_Guess]:
    shares = rules["shares"]
    least = max(sd, own_sd, 1e-12 * abs(reported), 1e-300)
    grain = _grain(reported) / math.sqrt(12.0)

    def spread(factor: float, more: float = 0.0) -> float:
        own = own_sd if factor == 1 else min(own_sd * factor, RELATIVE * abs(reported) * factor)
        return max(math.hypot(sd, own, grain * factor, more), 1e-9 * least)

    if reported == 0:
        return
    for rule in rules["tenfold"]:
        factor = float(rule["factor"])
        like = (
            ("小数点错位", "the decimal point")
            if factor not in (0.1, 10)
            else ("小数点错一位", "the decimal point by one place")
        )
        yield _Guess(
            "tenfold",
            like,
            reported * factor,
            spread(factor),
            factor,
            shares["tenfold"] * rule["share"],
            write.times(reported, factor),
        )
    slips = rules["units"].get(unit, ())
    for rule in slips:
        factor = float(rule["factor"])
        yield _Guess(
            "unit",
            (rule["zh"], rule["en"]),
            reported * factor,
            spread(factor),
            factor,
            shares["unit"] / len(slips),
            write.times(reported, factor),
        )
    minus = f"{MINUS}({write(reported)})" if reported < 0 else write(-reported)
    yield _Guess(
        "sign", ("正负号相反", "the opposite sign"), -reported, spread(1.0), 1.0, shares["sign"], (minus, minus)
    )
    swaps = list(_exchanged(reported))
    for meant in swaps:
        text = f"{write(reported)} → {write(meant)}"
        yield _Guess(
            "digits",
            ("相邻两位数字颠倒", "two neighbouring digits exchanged"),
            meant,
            spread(1.0),
            1.0,
            shares["digits"] / len(swaps),
            (text, text),
        )
    for other in others:
        en = other.label_en or other.label
        share = 1.0 / len(others)
        yield _Guess(
            "missing", (f"漏{other.label}", f"{en} left out"), reported + other.value, spread(1.0, other.sd), 1.0, shares["missing"] * share,
            (f"{write(reported)} + {other.label} {write(other.value)} = {write(reported + other.value)}",
             f"{write(reported)} + {en} {write(other.value)} = {write(reported + other.value)}"),
        )  # fmt: skip
        yield _Guess(
            "double", (f"多计{other.label}", f"{en} included"), reported - other.value, spread(1.0, other.sd), 1.0, shares["double"] * share / 2,
            (f"{write(reported)} − {other.label} {write(other.value)} = {write(reported - other.value)}",
             f"{write(reported)} − {en} {write(other.value)} = {write(reported - other.value)}"),
        )  # fmt: skip
    yield _Guess(
        "double",
        ("整项计了两次", "the whole counted twice"),
        reported / 2,
        spread(0.5),
        0.5,
        shares["double"] / 2,
        write.times(reported, 0.5),
    )


def _kind(
    guess: _Guess, weight: float, fits: bool, reported: float, implied: float, rules: Mapping[str, Any], write: _Writer
) -> Kind:
    name = rules["names"][guess.code]
    if guess.code in ("over", "under"):
        lines = tuple(write.plain(reported, implied, word) for word in ("推得", "implied"))
    elif guess.code in ("stale", "blank"):
        lines = guess.sum
    else:
        lines = tuple(
            f"{left} {'=' if fits else '≠'} {word} {write(implied, rounded=True)}{comma}{off} {write.signed(guess.meant - implied)}"
            for left, (word, comma, off) in zip(
                guess.sum, (("推得", "，", "差"), ("implied", ", ", "off by")), strict=True
            )
        )
    return Kind(guess.code, name["zh"], name["en"], *guess.like, guess.meant, (lines[0],), (lines[1],), fits, weight)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Figures as the page shows them: thousands apart, results to the digit that their sd leaves."""

    scale: float
    sd: float

    def __call__(self, value: float, rounded: bool = False) -> str:
        shown = float(f"{value / self.scale:.12g}")
        return figure(shown, separators=True, digits=self._digits if rounded else None)

    @property
    def _digits(self) -> int:
        size = self.sd / abs(self.scale)
        return 6 if size <= 0 else min(max(1 - math.floor(math.log10(size)), 0), 6) if size < 10 else 0

    def signed(self, value: float) -> str:
        text = self(value, rounded=True)
        return text if text.startswith(MINUS) or text == "0" else f"+{text}"

    def times(self, value: float, factor: float) -> tuple[str, str]:
        by = (
            f"× {figure(factor, separators=True)}"
            if factor >= 1
            else f"÷ {figure(float(f'{1 / factor:.12g}'), separators=True)}"
        )
        text = f"{self(value)} {by} = {self(value * factor)}"
        return text, text

    def plain(self, reported: float, implied: float, word: str) -> str:
        off = reported - implied
        left = f"{self(reported)} {MINUS} {word} {self(implied, rounded=True)} = {self.signed(off)}"
        if not implied or abs(off) >= 10 * abs(implied):
            return left
        share = f"{abs(off / implied):.1%}"
        return f"{left}（{share}）" if word == "推得" else f"{left} ({share})"


def _grain(value: float) -> float:
    """The place value of the last digit of a figure that is not 0: 61,460 → 10, 0.64 → 0.01."""
    if value == 0:
        return 1.0
    mantissa, exponent = f"{abs(value):.11e}".split("e")
    return float(10.0 ** (int(exponent) - len(mantissa.replace(".", "").rstrip("0")) + 1))


def _exchanged(value: float) -> Iterator[float]:
    """The figures that come of exchanging two unlike neighbouring digits; the first digit stays above 0."""
    text = f"{abs(value):.12g}"
    if "e" in text:
        return
    at = [i for i, c in enumerate(text) if c.isdigit()]
    for i, j in pairwise(at):
        if text[i] == text[j] or (i == at[0] and text[j] == "0"):
            continue
        letters = list(text)
        letters[i], letters[j] = letters[j], letters[i]
        meant = float("".join(letters))
        if meant and not math.log10(meant / abs(value)).is_integer():  # 0.1 → 1 is a matter of the decimal point
            yield math.copysign(meant, value)


@lru_cache(maxsize=1)
def shipped_kinds() -> Mapping[str, Any]:
    """The content of `kinds.yaml`."""
    return _checked(yaml.safe_load(SHIPPED.read_text(encoding="utf-8")), SHIPPED.name)


def load_kinds(path: Path) -> Mapping[str, Any]:
    """A user's file of kinds laid over the shipped one, section by section. Raises KindsError."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise KindsError(f"{path}: cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise KindsError(f"{path.name}: not UTF-8, expected kinds as YAML") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise KindsError(f"{path.name}: not YAML ({str(error).splitlines()[0]})") from None
    if not isinstance(data, dict):
        raise KindsError(
            f"{path.name}: expected a mapping with shares, names, tenfold or units, found {type(data).__name__}"
        )
    base = shipped_kinds()
    for section in data:
        if section not in base:
            raise KindsError(f"{path.name}, field {section}: unknown, expected one of {', '.join(base)}")
        if type(data[section]) is not type(base[section]):
            raise KindsError(
                f"{path.name}, field {section}: expected a {type(base[section]).__name__}, found {type(data[section]).__name__}"
            )
    merged = {
        s: {**base[s], **data[s]} if s in data and isinstance(base[s], dict) else data.get(s, base[s]) for s in base
    }
    return _checked(merged, path.name)


def _checked(data: Any, name: str) -> Mapping[str, Any]:
    for code, share in data["shares"].items():
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            raise KindsError(f"{name}, field shares.{code}: is {share!r}, expected 0 to 1")
    for code, entry in data["names"].items():
        if not isinstance(entry, dict) or not {"zh", "en"} <= entry.keys():
            raise KindsError(f"{name}, field names.{code}: expected zh and en")
    rules: list[tuple[str, Any, tuple[str, ...]]] = [("tenfold", r, ("factor", "share")) for r in data["tenfold"]]
    for unit, entries in data["units"].items():
        if not isinstance(entries, list):
            raise KindsError(f"{name}, field units.{unit}: expected a list")
        rules += [(f"units.{unit}", r, ("factor", "zh", "en")) for r in entries]
    for field, rule, keys in rules:
        if not isinstance(rule, dict) or set(rule) != set(keys):
            raise KindsError(f"{name}, field {field}: found {rule!r}, expected an entry with {', '.join(keys)}")
        factor = rule["factor"]
        if isinstance(factor, bool) or not isinstance(factor, int | float) or not 0 < factor < math.inf:
            raise KindsError(f"{name}, field {field}: factor is {factor!r}, expected a number above 0")
        if "share" in rule and (
            isinstance(rule["share"], bool) or not isinstance(rule["share"], int | float) or rule["share"] < 0
        ):
            raise KindsError(f"{name}, field {field}: share is {rule['share']!r}, expected 0 or more")
    return dict(data)
