"""Incentives: every benefit that somebody can obtain under a paper."""

from lvlian.plan.incentives.reading import read_incentives

__all__ = ["read_incentives"]
