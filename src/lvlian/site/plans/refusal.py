"""Why a document or a decision is not taken, in one sentence."""

from __future__ import annotations


class PlanError(ValueError):
    """Something cannot be done with a plan or a fact; the message is one sentence for the person who asked."""
