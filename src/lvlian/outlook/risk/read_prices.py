"""A user's own price series: a CSV of months or quarters, as means by quarter."""

from __future__ import annotations

import csv
import re
from itertools import pairwise
from pathlib import Path

from lvlian.outlook.risk.price import PriceLaw, fit
from lvlian.outlook.risk.stream import RiskError

_QUARTER = re.compile(r"(\d{4})\s*[-/年]?\s*(?:[Qq]\s*([1-4])|第?([1-4一二三四])\s*季度?)$")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})")
_NUMBERS = {"一": 1, "二": 2, "三": 3, "四": 4}


def read_prices(path: Path, column: str = "", since: int = 0, until: int = 9999) -> tuple[int, list[float]]:
    """The year of the first quarter and the means by quarter of a CSV whose first column holds months (2024-03, 2024年3月, 2024-03-29) or
    quarters (2024-Q1, 2024年一季度) and whose `column` (default: the second) holds prices; empty cells are passed over. Only whole quarters of months count.
    Raises RiskError with file, row and what was expected; a gap between quarters is told, never filled."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RiskError(f"{path.name}: cannot be read as UTF-8 text ({error}), expected a CSV of prices") from error
    rows = list(csv.reader(text.splitlines()))
    if len(rows) < 2 or len(rows[0]) < 2:
        raise RiskError(f"{path.name}: found no table, expected a head line and at least two columns")
    if column and column not in rows[0]:
        raise RiskError(f"{path.name}: found columns {', '.join(rows[0])}, expected one named {column}")
    place = rows[0].index(column) if column else 1
    found: dict[tuple[int, int], list[float]] = {}
    whole: set[tuple[int, int]] = set()
    for number, row in enumerate(rows[1:], start=2):
        if len(row) <= place or not row[place].strip():
            continue
        key, quarterly = _period(path, number, row[0])
        if not since <= key[0] <= until:
            continue
        try:
            price = float(row[place].replace(",", ""))
        except ValueError:
            raise RiskError(f"{path.name}, row {number}: found price {row[place]!r}, expected a figure") from None
        found.setdefault(key, []).append(price)
        if quarterly or len(found[key]) >= 3:
            whole.add(key)
    keys = sorted(whole)
    if not keys:
        raise RiskError(
            f"{path.name}: found no whole quarter with a price, expected months or quarters in the first column"
        )
    for before, after in pairwise(keys):
        if after[0] * 4 + after[1] != before[0] * 4 + before[1] + 1:
            raise RiskError(
                f"{path.name}: found {after[0]}-Q{after[1]} after {before[0]}-Q{before[1]}, expected quarters without a gap"
            )
    return keys[0][0], [sum(found[key]) / len(found[key]) for key in keys]


def fit_prices(path: Path, column: str = "", since: int = 0, until: int = 9999) -> PriceLaw:
    """The law of a user's own series, see `fit`."""
    year, prices = read_prices(path, column, since, until)
    return fit(prices, series=column or path.stem, first_year=year, source=path.name)


def _period(path: Path, number: int, text: str) -> tuple[tuple[int, int], bool]:
    """(year, quarter) of a cell and whether it names a quarter rather than a month or a day."""
    text = text.strip()
    if quarter := _QUARTER.match(text):
        which = quarter[2] or quarter[3]
        return (int(quarter[1]), _NUMBERS.get(which) or int(which)), True
    if (month := _MONTH.match(text)) and 1 <= int(month[2]) <= 12:
        return (int(month[1]), (int(month[2]) + 2) // 3), False
    raise RiskError(f"{path.name}, row {number}: found {text!r}, expected a month (2024-03) or a quarter (2024-Q1)")
