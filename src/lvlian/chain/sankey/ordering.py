"""From top to bottom: an order of the nodes of each layer in which few bands cross, the same for the same input.

Method: barycentres, swept to and fro (Sugiyama, Tagawa & Toda 1981), weighted by the width of the bands; the best sweep is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SWEEPS = 6


def order(depth: Mapping[str, int], links: Sequence[tuple[str, str, float]]) -> dict[str, int]:
    """Place from the top of every node within its layer. `depth`: node → layer, in the order to start from."""
    layers: dict[int, list[str]] = {}
    for node, d in depth.items():
        layers.setdefault(d, []).append(node)
    beside: dict[str, list[tuple[str, float]]] = {n: [] for n in depth}
    for s, t, v in links:
        beside[s].append((t, v))
        beside[t].append((s, v))
    best = {n: i for layer in layers.values() for i, n in enumerate(layer)}
    least = crossings(depth, best, links)
    current = dict(best)
    for sweep in range(SWEEPS):
        if least == 0:
            break
        for d in sorted(layers, reverse=bool(sweep % 2)):
            layer = layers[d]
            height = {n: _height(n, current, beside, layers, depth, toward=-1 if sweep % 2 == 0 else 1) for n in layer}
            layer.sort(key=lambda n: (height[n], current[n]))
            current.update((n, i) for i, n in enumerate(layer))
        count = crossings(depth, current, links)
        if count < least:
            least, best = count, dict(current)
    return best


def _height(
    node: str,
    current: Mapping[str, int],
    beside: Mapping[str, list[tuple[str, float]]],
    layers: Mapping[int, list[str]],
    depth: Mapping[str, int],
    toward: int,
) -> float:
    """The mean height (0 top, 1 bottom) of the neighbours on one side, its own where there are none."""
    total = weight = 0.0
    for other, value in beside[node]:
        if (depth[other] - depth[node]) * toward > 0:
            total += value * (current[other] + 0.5) / len(layers[depth[other]])
            weight += value
    return total / weight if weight else (current[node] + 0.5) / len(layers[depth[node]])


def crossings(depth: Mapping[str, int], place: Mapping[str, int], links: Sequence[tuple[str, str, float]]) -> int:
    """Pairs of bands that cross: straight from end to end, compared where both are under way."""
    import numpy as np

    size: dict[int, int] = {}
    for d in depth.values():
        size[d] = size.get(d, 0) + 1
    height = {n: (place[n] + 0.5) / size[d] for n, d in depth.items()}
    ends = np.array([(depth[s], depth[t], height[s], height[t]) for s, t, _ in links if depth[s] < depth[t]])
    if len(ends) < 2:
        return 0
    x0, x1, y0, y1 = ends.T
    slope = (y1 - y0) / (x1 - x0)
    base = y0 - slope * x0
    left, right = np.maximum.outer(x0, x0), np.minimum.outer(x1, x1)
    tilt, shift = np.subtract.outer(slope, slope), np.subtract.outer(base, base)
    before, after = tilt * left + shift, tilt * right + shift
    return int(np.count_nonzero((before * after < -1e-12) & (left < right))) // 2
