"""All lists by their key, and the list whose record page shows a model."""

from __future__ import annotations

from functools import cache

from lvlian.site.lists.spec import ListSpec


@cache
def specs() -> dict[str, ListSpec]:
    """Every list by its key."""
    from lvlian.site.lists.specs import ALL

    return {spec.key: spec for spec in ALL}


def spec_of(key: str) -> ListSpec:
    """The list with a key. Raises KeyError."""
    return specs()[key]


def spec_for(model_name: str) -> ListSpec | None:
    """The list of a model, by the model's name."""
    return next((spec for spec in specs().values() if spec.name == model_name), None)
