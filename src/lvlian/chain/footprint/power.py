"""What the power that a firm buys carries: shares by how it was made, green certificates, two ways of counting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lvlian.chain.dataset import LibraryError
from lvlian.chain.footprint.factors import Emission, Factors
from lvlian.chain.region import Firm, Region


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerMix:
    """Shares of the power bought, by kind (`grid` and the kinds of factors.yaml), adding up to 1. `certificate` is the share of
    it that green certificates cover (it replaces grid power); `kind` of the grid factor: `average` counts by place, `residual` by
    market: who holds no certificate must not count the non-fossil power that others have bought."""

    shares: Mapping[str, float]
    certificate: float = 0.0
    certificate_kind: str = "hydro"
    kind: str = "average"
    area: str = ""
    year: str = ""
    assumed: str = ""


FACT_PREFIX = "power_share_"
"""A firm's or region's fact `power_share_hydro: 0.6` states a share of the power that it buys."""


def mix_of(firm: Firm | None, region: Region, year: str, kind: str = "average") -> PowerMix:
    """The mix that facts of the firm, else of the region state; what they leave open is grid power. Raises LibraryError."""
    for owner, facts in ((firm.id if firm else "", firm.facts if firm else {}), (region.name, region.facts)):
        told: dict[str, float] = {}
        for key, value in facts.items():
            if key.startswith(FACT_PREFIX) and isinstance(value, int | float):
                told[key[len(FACT_PREFIX) :]] = float(value)
        if not told:
            continue
        if any(v < 0 for v in told.values()) or sum(told.values()) > 1 + 1e-9:
            raise LibraryError(f"{owner}, {FACT_PREFIX}…: shares add up to {sum(told.values()):g}, expected at most 1")
        certificate = told.pop("certificate", 0.0)
        told["grid"] = told.get("grid", 0.0) + 1 - sum(told.values())
        return PowerMix(shares=told, certificate=certificate, kind=kind, area=region.grid_area, year=year)
    return PowerMix(
        shares={"grid": 1.0},
        kind=kind,
        area=region.grid_area,
        year=year,
        assumed="外购电没有报电源构成，全部按电网因子",
    )


def carried(mix: PowerMix, factors: Factors) -> tuple[Emission, tuple[str, ...]]:
    """t CO2e per kWh of a mix with its range, and what was assumed. Raises LibraryError for an unknown kind or shares not adding up."""
    if abs(sum(mix.shares.values()) - 1) > 1e-6 or min(mix.shares.values(), default=0) < -1e-12:
        raise LibraryError(f"power mix: shares add up to {sum(mix.shares.values()):g}, expected 1")
    if not 0 <= mix.certificate <= mix.shares.get("grid", 0.0) + 1e-9:
        raise LibraryError(f"power mix: certificates cover {mix.certificate:g}, expected at most the grid's share")
    shares = dict(mix.shares)
    if mix.certificate:
        shares["grid"] -= mix.certificate
        shares[mix.certificate_kind] = shares.get(mix.certificate_kind, 0.0) + mix.certificate
    told = [mix.assumed] if mix.assumed else []
    value = low = high = 0.0
    notes = []
    verified = True
    for kind, share in shares.items():
        if share <= 0:
            continue
        if kind == "grid":
            part, more = factors.grid_factor(mix.area, mix.year, mix.kind)
            told += more
        elif kind in factors.power:
            part = factors.power[kind]
            told.append(f"{kind} 电力 {part.value * 1000:g} kg/kWh 为假设：{part.source}")
        else:
            raise LibraryError(
                f"power mix: {kind!r} is no kind of power, expected grid or one of {', '.join(factors.power)}"
            )
        value, low, high = value + share * part.value, low + share * part.low, high + share * part.high
        verified = verified and part.verified
        notes.append(f"{share:.0%} {part.note or kind}")
    found = Emission(value=value, low=low, high=high, source="；".join(notes), verified=verified, note="；".join(notes))
    return found, tuple(dict.fromkeys(told))
