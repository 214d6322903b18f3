"""The true value of every stream of an account's network, so that an account can be compared with what really happened."""

from __future__ import annotations

from lvlian.chain.account.network import Network, Stream
from lvlian.chain.simulate.truth import Month


def true_streams(network: Network, truth: Month) -> list[float]:
    """One value per stream of the network; slacks and metal lost follow from the balances that they stand in.

    Raises ValueError where a stream of the network has no meaning in a simulated month."""
    values = [_flow(stream, truth) for stream in network.streams]
    for (
        node
    ) in network.nodes:  # what a relation leaves open, what a process loses, totals and values: from their own node
        open_terms = [(k, c) for k, c in node.terms if values[k] is None]
        if len(open_terms) != 1:
            continue
        k, c = open_terms[0]
        if any(values[a] is None or values[b] is None for a, b, _ in node.products):
            continue
        rest = node.constant + sum(d * (values[j] or 0.0) for j, d in node.terms if j != k)
        rest += sum(d * (values[a] or 0.0) * (values[b] or 0.0) for a, b, d in node.products)
        values[k] = -rest / c
    return [0.0 if value is None else value for value in values]


def _flow(stream: Stream, truth: Month) -> float | None:
    """None where the value follows from others."""
    key = (stream.firm, stream.process, stream.good)
    match stream.kind:
        case "made":
            return truth.made.get(key, 0.0)
        case "used":
            return truth.used.get(key, 0.0)
        case "moved":
            return truth.sent.get((stream.firm, stream.partner, stream.good), 0.0)
        case "arrived":
            return truth.arrived.get((stream.firm, stream.partner, stream.good), 0.0)
        case "stock":
            pair = (stream.firm, stream.good)
            return truth.closing.get(pair, 0.0) - truth.opening.get(pair, 0.0)
        case "level":
            table = truth.opening if stream.process == "opening" else truth.closing
            return table.get((stream.firm, stream.good), 0.0)
        case "price":
            return truth.price.get((stream.firm, stream.good), 0.0)
        case "content":
            return truth.content.get((stream.firm, stream.good), 0.0)
        case "value" if not stream.good:
            return truth.output_value.get(stream.firm, 0.0)
        case "lost" | "slack" | "total" | "value":
            return None
        case _:
            raise ValueError(f"stream {stream.id}: no true value is known for the kind {stream.kind}")
