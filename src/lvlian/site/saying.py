"""How a figure, a relation, a month and a lapse of time are written. Pure: no database, no request."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

DASH = "—"
MINUS = "−"
GROUPS_FROM = 10_000
"""From here up thousands are set apart; four figures read better closed, and may be a year."""

RELATIONS = {
    ">=": "≥", "<=": "≤", "~": "≈", "~=": "≈", "!=": "≠", "==": "=", "=": "=", ">": ">", "<": "<",
    "ge": "≥", "le": "≤", "gt": ">", "lt": "<", "eq": "=", "approx": "≈",
}  # fmt: skip

_MONTH = re.compile(r"^(\d{4})(?:-(\d{1,2}))?(?:-\d{1,2})?")


def number(value: object, places: int | str | None = None, *, sign: bool = False) -> str:
    """A figure with a true minus; `—` for None and for what is no number. Without `places`, as many as it has."""
    if value is None or value == "" or isinstance(value, bool):
        return DASH
    try:
        exact = Decimal(str(value).replace(MINUS, "-").replace(",", ""))
    except InvalidOperation:
        return str(value)
    if not exact.is_finite():
        return DASH
    if places is not None and str(places) != "":
        exact = round(exact, int(places))
        text = f"{abs(exact):f}"
    else:
        text = f"{abs(exact):f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    whole, point, rest = text.partition(".")
    if len(whole) > 4 or (whole.isdecimal() and int(whole) >= GROUPS_FROM):
        whole = f"{int(whole):,}"
    text = whole + point + rest
    if exact < 0:
        return MINUS + text
    return "+" + text if sign and exact > 0 else text


def percent(value: object, places: int = 0) -> str:
    """A share of one as percent: 0.443 → 44%; under half a unit of the last place `< 1%` stands for it."""
    if value is None or value == "":
        return DASH
    try:
        exact = Decimal(str(value)) * 100
    except InvalidOperation:
        return str(value)
    least = Decimal(1).scaleb(-places)
    if 0 < exact < least:
        return f"< {least}%"
    if 100 - least < exact < 100:
        return f"> {100 - least}%"
    return number(exact, places) + "%"


def relation(value: object) -> str:
    """`>=` → `≥`, `~` → `≈`; what is not known is left as it stands."""
    text = str(value or "").strip()
    return RELATIONS.get(text, text)


def month(value: object) -> str:
    """`2023-10` of a date, of `2023-10-05`, or of a pair (2023, 10); a year alone stays a year."""
    year, in_year = _year_month(value)
    if year is None:
        return DASH if value in (None, "") else str(value)
    return f"{year}-{in_year:02}" if in_year else str(year)


def month_text(value: object) -> str:
    """`2023年10月` for running text."""
    year, in_year = _year_month(value)
    if year is None:
        return DASH if value in (None, "") else str(value)
    if in_year:
        return _("%(year)d年%(month)d月") % {"year": year, "month": in_year}
    return _("%(year)d年") % {"year": year}


def _year_month(value: object) -> tuple[int | None, int | None]:
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    if isinstance(value, date):
        return value.year, value.month
    if isinstance(value, (tuple, list)) and len(value) == 2:
        return int(value[0]), int(value[1]) if value[1] else None
    match = _MONTH.match(str(value or ""))
    if not match:
        return None, None
    return int(match[1]), int(match[2]) if match[2] else None


def day(value: object) -> str:
    """`2023-10-12`."""
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if value else DASH


def clock(value: object) -> str:
    """`2023-10-12 17:20`, in the site's zone."""
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
        return value.strftime("%Y-%m-%d %H:%M")
    return day(value)


def weekday(value: object) -> str:
    """`周四`."""
    if not isinstance(value, date):
        return ""
    return (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))[value.weekday()]


def ago(value: object, now: date | datetime | None = None) -> str:
    """`3 天前`, `还有 4 天`, `今天`; for moments of today `12 分钟前`."""
    if value in (None, ""):
        return DASH
    if isinstance(value, datetime):
        now = now if isinstance(now, datetime) else timezone.now()
        seconds = int((now - value).total_seconds())
        if 0 <= seconds < 60:
            return _("刚才")
        if 0 <= seconds < 3600:
            return ngettext("%(n)d 分钟前", "%(n)d 分钟前", seconds // 60) % {"n": seconds // 60}
        if 0 <= seconds < 86_400:
            return ngettext("%(n)d 小时前", "%(n)d 小时前", seconds // 3600) % {"n": seconds // 3600}
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if not isinstance(value, date):
        return str(value)
    today = now.date() if isinstance(now, datetime) else now or timezone.localdate()
    days = (today - value).days
    if days == 0:
        return _("今天")
    if days > 0:
        return ngettext("%(n)d 天前", "%(n)d 天前", days) % {"n": days}
    return ngettext("还有 %(n)d 天", "还有 %(n)d 天", -days) % {"n": -days}


def chance(share: float | None) -> str:
    """A chance counted in draws: never quite 0 or 1, since that is more than draws can say."""
    return percent(None if share is None else min(max(share, 1e-4), 1 - 1e-4))


def between(low: object, high: object, places: int | str | None = None) -> str:
    """`362–394`; one figure where both are the same."""
    if low is None and high is None:
        return DASH
    left, right = number(low, places), number(high, places)
    return left if left == right else f"{left}–{right}"
