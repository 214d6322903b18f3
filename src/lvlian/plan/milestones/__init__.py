"""Milestones: steps of projects, with their dates."""

from lvlian.plan.milestones.reading import read_milestones

__all__ = ["read_milestones"]
