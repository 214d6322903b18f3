"""Whether an investor's product closes a gap of the region's chain (补链) or lengthens it (延链), with the reason. Pure.

The chain is what the plan writes with dashes; a link is made where a project or a firm makes the product that the link names, or,
for a link that names no product in particular (精深加工), one of its step. What the words do not tell is said so (说不准), never
guessed: a person answers the gate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from lvlian.chain.library import Library, load_library
from lvlian.chain.product import Product

State = Literal["yes", "no", "unknown"]
WIDE = ("铝原料", "铝加工", "精深加工", "深加工", "初加工", "铝应用", "应用", "辅料", "配套")
"""Words of a link that name a step of the chain, not a product."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a chain: its words, the product or the step that they name, how many make it and which of them may be named."""

    words: str
    product: Product | None
    wide: bool
    makers: tuple[str, ...] = ()
    count: int = 0

    @property
    def made(self) -> bool:
        return self.count > 0

    @property
    def known(self) -> bool:
        return self.product is not None

    def fits(self, product: Product) -> bool:
        if self.product is None:
            return False
        return product.stage.id == self.product.stage.id if self.wide else product.id == self.product.id


@dataclass(frozen=True, slots=True)
class Fit:
    """The answer that is proposed, why, and the chains with their links; `at` is (chain, link) where the product stands."""

    state: State
    why: str
    chains: tuple[tuple[Link, ...], ...] = ()
    at: tuple[int, int] | None = None
    product: Product | None = None


@dataclass(frozen=True, slots=True)
class Maker:
    """Somebody who makes something: the words that tell of it, and the name as far as the reader may see it."""

    words: str
    name: str = ""


def fit(product: str, chains: Sequence[Sequence[str]], makers: Iterable[Maker], library: Library | None = None) -> Fit:
    """Whether a product closes a gap of one of the chains."""
    found = library or load_library()
    made = [(one, maker) for maker in makers if (one := found.product_of(maker.words)) is not None]
    links = tuple(tuple(_link(words, made, found) for words in chain) for chain in chains)
    if not product.strip():
        return Fit("unknown", _("没有填产品"), links)
    its = found.product_of(product)
    if its is None:
        return Fit("unknown", _("产品“%(product)s”不在产品词表里") % {"product": product[:40]}, links)
    if not links:
        return Fit("unknown", _("规划没有写链条"), links, None, its)
    at = _place(its, links)
    if at is None:
        return Fit("unknown", _("链条的环节里认不出“%(product)s”属于哪一环") % {"product": its.zh}, links, None, its)
    link = links[at[0]][at[1]]
    told = {"node": link.words, "product": its.zh, "n": link.count, "who": _names(link)}
    if not link.made:
        return Fit("yes", _("补链：“%(node)s”环节没有项目或企业") % told, links, at, its)
    same = [maker.name for one, maker in made if one.id == its.id]
    if same and not its.generic:
        told |= {"n": len(same), "who": _told(same)}
        return Fit("no", _("“%(node)s”环节已有 %(n)d 家做%(product)s%(who)s") % told, links, at, its)
    if its.generic or not link.wide:
        return Fit(
            "unknown", _("“%(node)s”环节已有 %(n)d 家%(who)s，看不出做的是不是同一种产品") % told, links, at, its
        )
    return Fit("unknown", _("“%(node)s”环节已有 %(n)d 家%(who)s，但没有人做%(product)s；是否延链请人判断") % told, links, at, its)  # fmt: skip


def _link(words: str, made: Sequence[tuple[Product, Maker]], library: Library) -> Link:
    its = library.product_of(words)
    bare = Link(words, its, any(word in words for word in WIDE) or (its is not None and its.generic))
    who = [maker for one, maker in made if bare.fits(one)]
    return Link(words, its, bare.wide, tuple(dict.fromkeys(one.name for one in who if one.name)), len(who))


def _place(product: Product, chains: Sequence[Sequence[Link]]) -> tuple[int, int] | None:
    """Where a product stands: a link that nobody makes before one that is made, the product itself before its step."""
    found = [
        (link.made, link.wide, row, column)
        for row, chain in enumerate(chains)
        for column, link in enumerate(chain)
        if link.fits(product)
    ]
    return min(found)[2:] if found else None


def _names(link: Link) -> str:
    return _told(link.makers)


def _told(names: Iterable[str]) -> str:
    some = [name for name in dict.fromkeys(names) if name]
    if not some:
        return ""
    said = _("、").join(some[:3])
    return _("（%(names)s等）") % {"names": said} if len(some) > 3 else _("（%(names)s）") % {"names": said}
