"""Units of recipe rows: `kg/t ore` becomes tonnes per tonne, `gce/kWh` tonnes of standard coal per kWh."""

from __future__ import annotations

from collections.abc import Mapping

_ABOVE: Mapping[str, tuple[str, float]] = {
    "t": ("t", 1.0),
    "kg": ("t", 1e-3),
    "g": ("t", 1e-6),
    "gce": ("t", 1e-6),
    "kgce": ("t", 1e-3),
    "tCO2": ("t", 1.0),
    "tCO2e": ("t", 1.0),
    "kWh": ("kWh", 1.0),
    "MWh": ("kWh", 1e3),
    "m3": ("m3", 1.0),
}
_BELOW: Mapping[str, tuple[str, float]] = {
    "t": ("t", 1.0),
    "kg": ("t", 1e-3),
    "kWh": ("kWh", 1.0),
    "MWh": ("kWh", 1e3),
    "m3": ("m3", 1.0),
}


def factor(unit: str, good_unit: str, product_unit: str, per: Mapping[str, float]) -> float:
    """What a figure in `unit` is multiplied with to count in `good_unit` per `product_unit`. `per` gives the size of other units
    of the product in `product_unit` (m2 of panel → t). Raises ValueError with what was expected, in one clause."""
    above, slash, below = unit.partition("/")
    top = _ABOVE.get(above.split()[0] if above.split() else "")
    if not slash or top is None:
        raise ValueError(f"is {unit!r}, expected a quotient such as t/t, kg/t, kWh/t or m3/t")
    if top[0] != good_unit:
        raise ValueError(f"is {unit!r}, expected a figure in {good_unit}, the unit of the good")
    word = below.split()[0] if below.split() else ""
    if word in per:
        return top[1] / per[word]
    bottom = _BELOW.get(word)
    if bottom is None or bottom[0] != product_unit:
        raise ValueError(f"is {unit!r}, expected a figure per {product_unit}, the unit of the product")
    return top[1] / bottom[1]
