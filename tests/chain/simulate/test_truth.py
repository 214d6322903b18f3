"""The truth of a simulated month closes: every store of the world, and every balance of the account's own network."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvlian.chain.account.build import build_network
from lvlian.chain.library import load_library
from lvlian.chain.simulate import simulate_region
from lvlian.chain.simulate.recipe import recipe_book
from lvlian.chain.simulate.streams import true_streams

REGIONS = Path(__file__).parents[3] / "data" / "regions"
NAMES = ["yanshan", "changji", "baise", "liaocheng", "guizhou"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_store_closes_and_nothing_is_negative(name: str, seed: int) -> None:
    simulated = simulate_region(REGIONS / f"{name}.yaml", "2023-06", "2024-01", seed)
    book = recipe_book(load_library())
    for month in simulated.truth.values():
        for table in (month.made, month.used, month.sent, month.arrived, month.opening, month.closing):
            assert all(value >= 0 for value in table.values())
        through: dict[tuple[str, str], float] = {}
        for (firm, _, good), value in (*month.made.items(), *month.used.items()):
            through[firm, good] = through.get((firm, good), 0.0) + value
        for (source, target, good), value in month.sent.items():
            through[source, good] = through.get((source, good), 0.0) + value
            through[target, good] = through.get((target, good), 0.0) + value
        for pair, gap in month.gaps(book).items():
            assert abs(gap) <= 1e-9 * (1 + through.get(pair, 0.0) + month.opening.get(pair, 0.0)), (month.month, pair)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", [1, 4])
def test_the_truth_closes_every_balance_of_the_network_of_the_account(name: str, seed: int) -> None:
    simulated = simulate_region(REGIONS / f"{name}.yaml", "2023-08", "2023-10", seed)
    for month, truth in simulated.truth.items():
        network = build_network(simulated.region, month, simulated.statements[month])
        assert not network.missed
        values = true_streams(network, truth)
        for stream, value in zip(network.streams, values, strict=True):
            assert value >= -1e-6 or stream.signed, (stream.id, value)
        for node in network.nodes:
            terms = [c * values[k] for k, c in node.terms] + [c * values[a] * values[b] for a, b, c in node.products]
            assert abs(sum(terms) + node.constant) <= 1e-9 * (1 + sum(map(abs, terms))), node.id
