"""From a case to its sentences: goals, quotas, recipes, ranges and definitions as rows over quantities."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lvlian.chain.indicators.formula import Formula, FormulaBook, Term
from lvlian.chain.indicators.load_formulas import load_formulas
from lvlian.outlook.case import Aim, Case, Limit, Ref
from lvlian.outlook.conflict.quantity import Key, Quantity, contains, term_key, unit_of, weight_of
from lvlian.outlook.conflict.record import Said
from lvlian.outlook.conflict.rules import Range, Relations, load_relations, terms_at
from lvlian.outlook.conflict.sentences import INF, MOST, Row, Sentence, Sentences, admitted
from lvlian.outlook.conflict.words import aim_words, intensity_words, limit_words, range_words

if TYPE_CHECKING:
    from lvlian.chain.library import Library


def build(
    case: Case,
    library: Library,
    *,
    book: FormulaBook | None = None,
    relations: Relations | None = None,
    readings: Mapping[str, str] | None = None,
    replaced: Mapping[str, Sentence] | None = None,
) -> Sentences:
    """The system of a case. `readings` other variants by aim id; `replaced` sentences that were changed, by id (a repair on trial)."""
    made = _Builder(
        case, library, book or load_formulas(), relations or load_relations(), readings or {}, replaced or {}
    )
    return made.run()


class _Builder:
    def __init__(
        self,
        case: Case,
        library: Library,
        book: FormulaBook,
        relations: Relations,
        readings: Mapping[str, str],
        replaced: Mapping[str, Sentence],
    ) -> None:
        self.case, self.library, self.book = case, library, book
        self.relations, self.readings, self.replaced = relations, readings, replaced
        self.out = Sentences()
        self.same: dict[tuple[object, ...], str] = {}

    def run(self) -> Sentences:
        for aim in self.case.aims:
            self._aim(aim)
        for held in [q for q in self.out.quantities.values() if q.holder]:
            self._quantity(held.term, "", "region", held.year)
        self._always()
        self._limits()
        self._recipes()
        self._ranges()
        self._parts()
        self._holders()
        self._contained()
        return self.out

    # -- goals
    def _aim(self, aim: Aim) -> None:
        if not aim.year:
            self.out.left[aim.id] = "没有写年份"
            return
        size = max(abs(aim.value), abs(aim.value_max or 0.0)) * max(abs(aim.factor), 1e-12)
        if not size <= MOST:
            self.out.left[aim.id] = "数值无效"
            return
        if not aim.indicator:
            self._fact_aim(aim)
            return
        formula = self.book.formulas.get(aim.indicator)
        if formula is None:
            self.out.left[aim.id] = "没有公式"
            return
        if formula.kind == "growth" or aim.mode == "growth_rate":
            self._growth(aim, formula)
            return
        chosen = self.readings.get(aim.id) or aim.variant or _default(formula)
        variant = formula.variant(chosen)
        if variant is None or formula.kind not in ("sum", "ratio"):
            self.out.left[aim.id] = f"公式为{formula.kind}，不能按线性比"
            return
        if (
            aim.mode == "increase"
            and not any(t.fact.endswith("_new") for t in variant.numerator)
            and not chosen.startswith("new")
        ):
            self.out.left[aim.id] = "增量没有基期"
            return
        if any(t.source == "price" or t.mean for t in (*variant.numerator, *variant.denominator)):
            self.out.left[aim.id] = "不是数量之比"
            return
        self.out.readings[aim.id] = chosen
        sentence = self._sentence(aim, formula)
        if sentence is None:
            return
        top = self._side(variant.numerator, aim)
        if formula.kind == "sum":
            self._level(sentence, top)
        else:
            self._rate(sentence, top, self._side(variant.denominator, aim))

    def _sentence(self, aim: Aim, formula: Formula) -> Sentence | None:
        """The goal with what it admits; None where the same was said before (the other place is noted)."""
        holder, _ = self._holder(aim)
        same = (
            aim.indicator,
            self.readings.get(aim.id) or aim.variant,
            holder,
            aim.group,
            aim.year,
            aim.op,
            aim.value,
            aim.value_max,
            aim.unit,
        )
        known = self.same.get(same)
        if known is not None:
            held = self.out.sentences[known]
            self.out.sentences[known] = replace(held, said=replace(held.said, also=(*held.said.also, aim.ref)))
            self.out.left[aim.id] = f"与 {known} 同"
            return None
        self.same[same] = f"aim.{aim.id}"
        changed = self.replaced.get(f"aim.{aim.id}")
        if changed is not None:
            return changed
        rate = formula.kind == "ratio"
        low, high, slack, word = admitted(aim, formula.direction, rate, self.relations, formula.unit)
        zh, en = aim_words(aim, self.library)
        said = Said(
            id=f"aim.{aim.id}",
            role="goal",
            zh=zh,
            en=en,
            key=aim.id,
            ref=aim.ref,
            year=aim.year,
            unit_name=aim.unit_name,
            assumed=aim.ref.kind == "assumption",
        )
        return Sentence(
            said=said,
            form="rate" if rate else "level",
            figure=aim.value,
            unit=aim.unit,
            scale=aim.factor / formula.scale,
            low=low,
            high=high,
            slack=slack,
            slack_word=word,
            aim=aim,
        )

    def _fact_aim(self, aim: Aim) -> None:
        """A goal that is a figure of the region which a formula divides by (规模以上工业总产值)."""
        from lvlian.chain.indicators.goals import propose

        goal = {"indicator": aim.name, "subject": aim.subject, "unit": aim.unit, "mode": aim.mode}
        fact = propose([goal], self.library, self.book)[0].fact
        held = self.case.facts.get(f"{fact}@{aim.year}") if fact else None
        term = next(
            (
                t
                for f in self.book.formulas.values()
                for v in f.variants
                for t in (*v.numerator, *v.denominator)
                if fact and t.fact == fact
            ),
            None,
        )
        if held is None or term is None or not aim.value:
            self.out.left[aim.id] = aim.why or "没有指标"
            return
        low, high, slack, word = admitted(aim, "up", False, self.relations, aim.unit)
        zh, en = aim_words(aim, self.library)
        said = Said(
            id=f"aim.{aim.id}",
            role="goal",
            zh=zh,
            en=en,
            key=aim.id,
            ref=aim.ref,
            year=aim.year,
            unit_name=aim.unit_name,
        )
        sentence = Sentence(
            said=said, form="level", figure=aim.value, unit=aim.unit, scale=held / aim.value, low=low, high=high, slack=slack, slack_word=word, aim=aim
        )  # fmt: skip
        quantity = self._quantity(term, "", "region", aim.year)
        self._level(self.replaced.get(said.id, sentence), ((quantity.key, 1.0),))

    def _growth(self, aim: Aim, formula: Formula) -> None:
        """`a year`: from the last year before it for which the plan gives the level of the same holder."""
        source = self.book.formulas.get(formula.variants[0].of[0] if formula.kind == "growth" else formula.id)
        holder, kind = self._holder(aim)
        if source is None or source.kind != "sum" or aim.unit not in ("%", "％") or aim.op not in (">=", ">", "=", "~"):
            self.out.left[aim.id] = "增速没有可比的两年"
            return
        whose = f"/{aim.firm or aim.group}" if aim.firm or aim.group else ""
        head = f"{source.id}{whose}@"
        years = sorted(
            int(key[len(head) :]) for key in self.case.facts if key.startswith(head) and key[len(head) :].isdigit()
        )
        base = next((year for year in years if year < aim.year), None)
        if base is None:
            self.out.left[aim.id] = "增速没有基期"
            return
        variant = source.variants[0]
        then = [(self._quantity(t, holder, kind, base).key, weight_of(t)) for t in variant.numerator]
        now = [(self._quantity(t, holder, kind, aim.year).key, weight_of(t)) for t in variant.numerator]
        zh, en = aim_words(aim, self.library)
        said = Said(
            id=f"aim.{aim.id}",
            role="goal",
            zh=zh,
            en=en,
            key=aim.id,
            ref=aim.ref,
            year=aim.year,
            unit_name=aim.unit_name,
        )
        rate = aim.value / 100 * (1 - aim.about if aim.op == "~" else 1.0)
        factor = (1 + rate) ** (aim.year - base)
        self.out.sentences[said.id] = Sentence(
            said=said, form="growth", figure=aim.value, unit="%", scale=0.01, low=rate * 100, high=INF, aim=aim
        )  # fmt: skip
        self._row(tuple(now) + tuple((key, -factor * w) for key, w in then), 0.0, INF, said.id, "growth")
        known = self.case.facts[f"{head}{base}"] / source.scale
        self._row(tuple(then), known, known, "", "level", f"{base}年基数", f"level of {base}")

    # -- quotas, recipes, ranges
    def _limits(self) -> None:
        for limit in self.case.limits:
            if limit.good not in self.library.goods or limit.side != "upper" or not 0 <= limit.amount <= 1e6 * MOST:
                continue
            for year in sorted({q.year for q in self.out.quantities.values()}):
                if limit.years and year not in limit.years:
                    continue
                users = self._users(limit, year)
                if not users:
                    continue
                amount = limit.amount * sum(limit.season) / 4
                zh, en, unit, scale = limit_words(limit, amount, year, self.library)
                said = Said(
                    id=f"limit.{limit.id}@{year}", role="quota", zh=zh, en=en, key=limit.id, ref=limit.ref, year=year, assumed=limit.ref.kind == "assumption",
                )  # fmt: skip
                sentence = self.replaced.get(said.id) or Sentence(
                    said=said, form="quota", figure=amount / scale, unit=unit, scale=scale, low=-INF, high=amount / scale, limit=limit, good=limit.good,
                )  # fmt: skip
                self._level(sentence, tuple((q.key, 1.0) for q in users))

    def _users(self, limit: Limit, year: int) -> list[Quantity]:
        """What is taken of a limited good by the sole makers of goods that the plan's goals speak of, region-wide."""
        out: list[Quantity] = []
        for made in [
            q
            for q in self.out.quantities.values()
            if q.year == year and q.term.flow == ("made",) and len(q.term.good) == 1
        ]:
            makers = self.library.makers(made.term.good[0])
            if len(makers) != 1 or (limit.processes and makers[0].id not in limit.processes):
                continue
            process = makers[0]
            if not any(x.good == limit.good for x in process.inputs):
                continue
            good = self.library.goods[limit.good]
            term = Term(
                source="flow", zh=f"{process.zh}用{good.zh}", en=f"{good.en} of {process.en}", flow=("used",), good=(limit.good,), process=(process.id,)
            )  # fmt: skip
            self._quantity(made.term, "", "region", year)
            found = self._quantity(term, "", "region", year)
            if found.key not in [one.key for one in out]:
                out.append(found)
        return out

    def _recipes(self) -> None:
        """used = intensity × made, where one process alone makes the good: by the premise where it was measured or set, else the library's range."""
        every = list(self.out.quantities.values())
        for made in every:
            if made.term.flow != ("made",) or len(made.term.good) != 1 or made.term.where:
                continue
            makers = self.library.makers(made.term.good[0])
            if len(makers) != 1:
                continue
            for used in every:
                if (used.holder, used.year) != (made.holder, made.year) or used.term.flow != ("used",):
                    continue
                if used.term.process != (makers[0].id,) or len(used.term.good) != 1 or used.term.where:
                    continue
                exchange = next((x for x in makers[0].inputs if x.good == used.term.good[0]), None)
                if exchange is not None:
                    self._recipe(made, used, makers[0].id, exchange.good, (exchange.low, exchange.high))

    def _recipe(self, made: Quantity, used: Quantity, process: str, good: str, span: tuple[float, float]) -> None:
        premise = self.case.premise(f"intensity.{process}.{good}")
        told = (
            premise is not None
            and 0 < premise.value <= 100 * max(span)
            and (premise.ref.kind in ("account", "report", "ledger", "person") or premise.baseline is not None)
        )
        low, high = (premise.value, premise.value) if told and premise is not None else span
        zh, en, unit = intensity_words(self.library, process, good, low, high)
        ident = f"recipe.{process}.{good}@{made.year}" + (f"/{made.holder}" if made.holder else "")
        said = Said(
            id=ident,
            role="report" if told else "rule",
            zh=zh,
            en=en,
            key=f"intensity.{process}.{good}",
            ref=premise.ref if told and premise is not None else _library_ref(),
            year=made.year,
        )
        sentence = self.replaced.get(ident) or Sentence(
            said=said, form="recipe", figure=low if told else math.nan, unit=unit, scale=1.0, low=low, high=high, process=process, good=good, strict=span
        )  # fmt: skip
        self.out.sentences[ident] = sentence
        part = used.term.maker or used.term.partner_kind or used.term.firm_kind  # only a part of what the process takes
        self._rate_rows(replace(sentence, low=-INF) if part else sentence, ((used.key, 1.0),), ((made.key, 1.0),))

    def _ranges(self) -> None:
        for one in self.relations.ranges:
            of, per = terms_at(one.of, self.book), terms_at(one.per, self.book)
            if len(of) != 1 or len(per) != 1:
                continue
            for top in [q for q in self.out.quantities.values() if term_key(q.term) == term_key(of[0])]:
                bottom = self.out.quantities.get((term_key(per[0]), top.holder, top.year))
                if bottom is not None:
                    self._range(one, top, bottom)

    def _range(self, one: Range, top: Quantity, bottom: Quantity) -> None:
        zh, en = range_words(one)
        ident = f"range.{one.of[0]}.{one.per[0]}@{top.year}" + (f"/{top.holder}" if top.holder else "")
        said = Said(
            id=ident, role="rule", zh=zh, en=en, key=ident.partition("@")[0], year=top.year, assumed=True, ref=Ref(kind="assumption", words=one.source)
        )  # fmt: skip
        sentence = Sentence(
            said=said, form="range", figure=math.nan, unit=one.unit, scale=1.0, low=one.low, high=one.high
        )
        self.out.sentences[ident] = sentence
        self._rate_rows(sentence, ((top.key, 1.0),), ((bottom.key, 1.0),))

    # -- definitions
    def _always(self) -> None:
        """Parts that stand wherever their whole does (power of electrolysis in that of the chain), with what they are made from."""
        for row in self.relations.parts:
            if row.always:
                whole, part = terms_at(row.whole, self.book), terms_at(row.parts[0][0], self.book)
                for q in list(self.out.quantities.values()):
                    if len(whole) == len(part) == 1 and term_key(q.term) == term_key(whole[0]):
                        self._quantity(part[0], q.holder, q.kind, q.year)

    def _parts(self) -> None:
        for row in self.relations.parts:
            whole = terms_at(row.whole, self.book)
            parts = [(terms_at(side, self.book), weight) for side, weight in row.parts]
            if len(whole) != 1 or any(len(terms) != 1 for terms, _ in parts):
                continue
            for year in sorted({q.year for q in self.out.quantities.values()}):
                total = self._find(whole[0], year)
                held = [(found, weight) for terms, weight in parts if (found := self._find(terms[0], year)) is not None]
                if total is None or not held:
                    continue
                owner = ""
                if row.assumed:
                    owner = f"parts.{row.whole[0]}.{row.whole[1]}@{year}"
                    said = Said(
                        id=owner,
                        role="rule",
                        zh=row.zh,
                        en=row.en,
                        key=owner,
                        year=year,
                        assumed=True,
                        ref=Ref(words=row.zh, words_en=row.en),
                    )
                    self.out.sentences[owner] = Sentence(
                        said=said, form="parts", figure=math.nan, unit="", scale=1.0, low=0.0, high=INF
                    )
                entries = ((total.key, 1.0), *((q.key, -weight) for q, weight in held))
                self._row(entries, 0.0, INF, owner, "parts", row.zh, row.en)

    def _find(self, term: Term, year: int) -> Quantity | None:
        """The region's quantity of a term in a year (it stands wherever a firm's stands)."""
        return self.out.quantities.get((term_key(term), "", year))

    def _holders(self) -> None:
        """What firms (or places, or lists) make together is no more than the region makes."""
        groups: dict[tuple[object, ...], list[Quantity]] = {}
        for q in list(self.out.quantities.values()):
            if q.holder:
                groups.setdefault((term_key(q.term), q.year, q.kind), []).append(q)
        for members in groups.values():
            whole = self._quantity(members[0].term, "", "region", members[0].year)
            entries = ((whole.key, 1.0), *((q.key, -1.0) for q in members))
            self._row(
                entries,
                0.0,
                INF,
                "",
                "parts",
                "各家（各地）合计不超过全域",
                "holders together are no more than the region",
            )

    def _contained(self) -> None:
        groups: dict[tuple[str, int, str, tuple[str, ...]], list[Quantity]] = {}
        for q in self.out.quantities.values():
            groups.setdefault((q.holder, q.year, q.term.source, q.term.flow), []).append(q)
        for whole, part in ((a, b) for held in groups.values() for a in held for b in held if a is not b):
            if contains(whole.term, part.term):
                zh, en = f"{part.zh}是{whole.zh}的一部分", f"{part.en} is a part of {whole.en}"
                self._row(((whole.key, 1.0), (part.key, -1.0)), 0.0, INF, "", "parts", zh, en)

    # -- rows
    def _level(self, sentence: Sentence, entries: Sequence[tuple[Key, float]]) -> None:
        self.out.sentences[sentence.said.id] = sentence
        self._row(
            tuple(entries), sentence.low * sentence.scale, sentence.high * sentence.scale, sentence.said.id, "level"
        )

    def _rate(self, sentence: Sentence, top: Sequence[tuple[Key, float]], bottom: Sequence[tuple[Key, float]]) -> None:
        self.out.sentences[sentence.said.id] = sentence
        self._rate_rows(sentence, top, bottom)

    def _rate_rows(
        self, sentence: Sentence, top: Sequence[tuple[Key, float]], bottom: Sequence[tuple[Key, float]]
    ) -> None:
        for figure, low, high in ((sentence.low, 0.0, INF), (sentence.high, -INF, 0.0)):
            if math.isfinite(figure):
                rate = figure * sentence.scale
                self._row((*top, *((key, -rate * w) for key, w in bottom)), low, high, sentence.said.id, "rate")

    def _row(
        self,
        entries: tuple[tuple[Key, float], ...],
        low: float,
        high: float,
        owner: str,
        form: str,
        zh: str = "",
        en: str = "",
    ) -> None:
        total: dict[Key, float] = {}
        for key, value in entries:
            total[key] = total.get(key, 0.0) + value
        self.out.rows.append(
            Row(entries=tuple(total.items()), low=low, high=high, owner=owner, form=form, zh=zh, en=en)
        )

    def _side(self, terms: Sequence[Term], aim: Aim) -> tuple[tuple[Key, float], ...]:
        holder, kind = self._holder(aim)
        out = []
        for term in terms:
            whose = (
                ("", "region") if term.source == "fact" and term.of == "region" and kind == "group" else (holder, kind)
            )
            out.append((self._quantity(term, *whose, aim.year).key, weight_of(term)))
        return tuple(out)

    def _quantity(self, term: Term, holder: str, kind: str, year: int) -> Quantity:
        key: Key = (term_key(term), holder, year)
        held = self.out.quantities.get(key)
        if held is None:
            held = self.out.quantities[key] = Quantity(
                term=term, holder=holder, year=year, unit=unit_of(term, self.library), zh=term.zh, en=term.en or term.zh, key=key, kind=kind if holder else "region"
            )  # fmt: skip
        return held

    def _holder(self, aim: Aim) -> tuple[str, str]:
        from lvlian.plan.check.assumption import load_words
        from lvlian.plan.check.name import is_firm, plain

        if aim.firm:
            return aim.firm, "firm"
        if aim.group:
            return aim.group, "group"
        name, region = plain(aim.subject), plain(self.case.region)
        if not name or name == region or name in load_words().listed("region_words"):
            return "", "region"
        if is_firm(name):
            return name, "firm"
        if region and (region.startswith(name) or name.endswith(region)):
            return "", "region"
        return name, "other"


def _default(formula: Formula) -> str:
    return next((v.id for v in formula.variants if not v.assumed), formula.variants[0].id)


def _library_ref() -> Ref:
    return Ref(kind="standard", words="链条库工艺单耗范围", words_en="ranges of unit use in the chain library")
