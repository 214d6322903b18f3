"""Which streams a term of an indicator selects."""

from __future__ import annotations

from collections.abc import Sequence

from lvlian.chain.indicators.flows import Flows, StreamLike
from lvlian.chain.indicators.formula import Term
from lvlian.chain.indicators.scene import OTHER, Scene
from lvlian.chain.region import OUTSIDE, Firm


def selects(term: Term, stream: StreamLike, account: Flows, scene: Scene, only: str = "") -> bool:
    """Whether a term counts a stream (its `where` apart)."""
    if stream.kind not in term.flow:
        return False
    if term.good and stream.good not in term.good:
        return False
    if stream.good in term.not_good:
        return False
    process = stream.process or OTHER
    if (term.process and process not in term.process) or process in term.not_process:
        return False
    if only and only not in (stream.firm, stream.partner):
        return False
    if not _good_fits(term, stream, scene):
        return False
    region = account.region
    sender, receiver = region.firm(stream.firm), region.firm(stream.partner)
    if term.firm_kind and (sender is None or sender.kind not in term.firm_kind):
        return False
    if term.partner_kind and (receiver is None or receiver.kind not in term.partner_kind):
        return False
    if term.maker and (stream.firm, stream.good) not in account.makers:
        return False
    if term.chain and not _chain_fits(term, stream, account, scene):
        return False
    return _boundary_fits(term.boundary, sender is not None, receiver is not None)


def _chain_fits(term: Term, stream: StreamLike, account: Flows, scene: Scene) -> bool:
    """By the process where there is one, else by the firm."""
    process = scene.library.processes.get(stream.process)
    if process is not None:
        return process.metal in term.chain
    firm = account.region.firm(holder(stream))
    return firm is not None and works(firm, term.chain, scene)


def works(firm: Firm, metals: Sequence[str], scene: Scene) -> bool:
    """Whether a firm has a line of the chain of one of these metals."""
    found = (scene.library.processes.get(line.process) for line in firm.lines)
    return any(process is not None and process.metal in metals for process in found)


def _good_fits(term: Term, stream: StreamLike, scene: Scene) -> bool:
    if not (term.stage or term.metal or term.good_kind or term.process_stage):
        return True
    good = scene.library.goods.get(stream.good)
    if (term.stage or term.metal or term.good_kind) and good is None:
        return False
    if term.stage and good is not None and good.stage.id not in term.stage:
        return False
    if term.metal and good is not None and good.metal not in term.metal:
        return False
    if term.good_kind and good is not None and good.kind not in term.good_kind:
        return False
    if term.process_stage:
        process = scene.library.processes.get(stream.process)
        return process is not None and process.stage.id in term.process_stage
    return True


def _boundary_fits(boundary: str, sends: bool, receives: bool) -> bool:
    if boundary == "any":
        return True
    if boundary == "inside":
        return receives
    return (sends, receives) == {"local": (True, True), "out": (True, False), "in": (False, True)}[boundary]


def holder(stream: StreamLike) -> str:
    return stream.partner if stream.firm.startswith(OUTSIDE) else stream.firm


def metal_fits(term: Term, good_id: str, scene: Scene) -> bool:
    """Whether a good belongs to the chain of the term: of its metal, or made by a process of it (anodes, alumina)."""
    if not term.metal:
        return True
    good = scene.library.goods.get(good_id)
    if good is None:
        return False
    if good.metal:
        return good.metal in term.metal
    return any(p.metal in term.metal and p.product == good_id for p in scene.library.makers(good_id))
