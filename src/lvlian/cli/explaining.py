"""`lvlian explain` and `lvlian lexicon`: why goals fall short; which words made a fact, and which words are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from lvlian.cli import terminal
from lvlian.cli.intake import corrected, read_facts
from lvlian.cli.options import CorrectionsFile, Debug, Language, LexiconFolder, NoCorrections, Quiet, Speech
from lvlian.cli.outlook_case import Accounts, PlanOrCase, Scenarios, Today
from lvlian.cli.reading import choice
from lvlian.cli.session import use_lexicon
from lvlian.cli.status import DONE, CommandError, printable

if TYPE_CHECKING:
    from lvlian.plan.explain import Explanation, Word
    from lvlian.plan.facts import PlanFacts

AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


def explain(
    file: PlanOrCase,
    fact: Annotated[
        list[str] | None,
        typer.Option(
            "--fact",
            metavar="KIND:N",
            help="A fact by its place in the JSON form, from 0; may be repeated.",
            show_default=False,
        ),
    ] = None,
    at: Annotated[
        int | None,
        typer.Option(
            "--at", metavar="OFFSET", min=0, help="The facts at this character of the text.", show_default=False
        ),
    ] = None,
    find: Annotated[
        str | None,
        typer.Option("--find", metavar="TEXT", help="The facts at these words of the text.", show_default=False),
    ] = None,
    facts: Annotated[bool, typer.Option("--facts", help="All facts, each with what made it.")] = False,
    account: Accounts = None,
    scenario: Scenarios = None,
    today: Today = None,
    json: AsJson = False,
    language: Language = Speech.ZH,
    corrections: CorrectionsFile = None,
    no_corrections: NoCorrections = False,
    lexicon: LexiconFolder = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Say which goals will fall short, what holds them back, and which sentences cannot all hold, with repairs that were solved again.

    With --fact, --at, --find or --facts: what made a fact, its sentence, the lexicon entries and rules, its confidence. Where no fact
    was made of the words of --at or --find, their sentence is shown with the lexicon words that stand in it.
    """
    if sum(option is not None for option in (fact or None, at, find, facts or None)) > 1:
        raise CommandError("--fact, --at, --find and --facts: give one of them.")
    if not fact and at is None and find is None and not facts:
        from lvlian.cli.conflicting import explain_goals

        how = choice([file], corrections, no_corrections)
        return explain_goals(file, account, scenario, today, how, json, language.value)
    if account or scenario or today is not None:
        raise CommandError("--account, --scenario and --today belong to the goals; facts are explained without them.")
    from lvlian.plan.explain import explain_fact

    use_lexicon()
    taken = corrected(read_facts(file), file, choice([file], corrections, no_corrections))
    for words in taken.remarks:
        terminal.remark(words)
    addresses, spans = _wanted(taken.facts, fact, at, find)
    explained = [explain_fact(taken.facts, kind, number) for kind, number in addresses]
    bare = [] if explained else [_bare(taken.facts, span) for span in spans]
    if json:
        from lvlian.plan.export import json_text

        terminal.result(json_text({"facts": [one.to_json() for one in explained], "without_fact": bare}))
        return DONE
    for one in explained:
        _show(one)
    for place in bare:
        _show_bare(place)
    if not explained and not bare:
        terminal.remark(f"{file.name}: no fact was read from it.")
    return DONE


def address(text: str) -> tuple[str, int]:
    """`goals:3` → its parts. Raises CommandError."""
    from lvlian.plan.fields import KINDS

    kind, _, number = text.partition(":")
    if kind not in KINDS or not number.isdecimal() or len(number) > 9:
        raise CommandError(
            f"{text}: expected KIND:N, for instance goals:3, with KIND one of {', '.join(KINDS)} and N from 0."
        )
    return kind, int(number)


def _wanted(
    facts: PlanFacts, named: list[str] | None, at: int | None, find: str | None
) -> tuple[list[tuple[str, int]], list[tuple[int, int]]]:
    """The addresses asked for, and the spans of the text that were."""
    from lvlian.plan.explain import facts_at, places_of
    from lvlian.plan.fields import KINDS

    if named:
        return [address(one) for one in named], []
    if at is None and find is None:
        return [(kind, number) for kind in KINDS for number in range(len(facts.of(kind)))], []
    if not facts.text:
        raise CommandError(f"{facts.name}: --at and --find need the document's text, and only its facts are at hand.")
    if at is not None:
        if at >= len(facts.text):
            raise CommandError(f"--at {at}: the text of {facts.name} ends at {len(facts.text)}.")
        spans = [(at, at + 1)]
    else:
        spans = places_of(facts.text, find or "")
        if not spans:
            raise CommandError(f"--find: the words “{printable(find or '')}” do not stand in {facts.name}.")
    found = dict.fromkeys(one for span in spans for one in facts_at(facts, *span))
    return list(found), spans


def _bare(facts: PlanFacts, span: tuple[int, int]) -> dict[str, Any]:
    """A place of the text that made no fact: its sentence, and the known words in it."""
    from lvlian.plan.explain import sentence_at, words_in

    sentence = sentence_at(facts.text, span[0])
    return {"start": span[0], "sentence": sentence, "words": [word.to_json() for word in words_in(sentence)]}


def _show(one: Explanation) -> None:
    from rich.text import Text

    from lvlian.plan.fields import own_values, plain_number

    console, fact = terminal.console(), one.fact
    values = "  ".join(
        f"{name}={_value(plain_number(value))}" for name, value in own_values(fact).items() if value not in (None, ())
    )
    console.print(Text.assemble((f"{one.kind}:{one.number}", "bold"), "  ", values), soft_wrap=True)
    place = "" if fact.start is None else f" at {fact.start}"
    console.print(Text(f"  quote{place}: “{printable(''.join(fact.quote.split()))}”"), soft_wrap=True)
    if one.sentence:
        console.print(Text(f"  sentence: {printable(one.sentence)}"), soft_wrap=True)
    if one.section:
        console.print(Text(f"  section: {printable(one.section)}"), soft_wrap=True)
    reason = f" ({fact.reason})" if fact.reason else ""
    console.print(Text(f"  confidence: {fact.confidence:.2f}{reason}, origin: {fact.origin}"), soft_wrap=True)
    for maker in one.makers:
        where = f"  lexicon/{maker.lexicon}.yaml, group {maker.group}" if maker.lexicon else "  rule"
        note = f": {maker.note}" if maker.note else ""
        own = " (your own word)" if maker.own else ""
        console.print(
            Text.assemble("  made by ", (printable(maker.entry), "bold"), f"{where}{own}{note}"), soft_wrap=True
        )
    console.print()


def _show_bare(place: dict[str, Any]) -> None:
    from rich.text import Text

    console = terminal.console()
    console.print(Text(f"no fact at {place['start']}: {printable(place['sentence'])}"), soft_wrap=True)
    for word in place["words"]:
        console.print(Text(f"  known: {word['lexicon']}:{word['group']}:{word['word']}"), soft_wrap=True)
    console.print()


def _value(value: Any) -> str:
    return "、".join(printable(part) for part in value) if isinstance(value, tuple) else printable(str(value))


def lexicon(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A lexicon; all are listed without it.", show_default=False)
    ] = None,
    find: Annotated[
        str | None,
        typer.Option("--find", metavar="WORD", help="The entries that hold or read this word.", show_default=False),
    ] = None,
    json: AsJson = False,
    lexicon: LexiconFolder = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """List the words that the reader knows: the lexicons, the groups of one, or where a word stands."""
    from lvlian.plan.explain import all_words, words_like
    from lvlian.plan.export import json_text

    use_lexicon()
    if find is not None:
        found = [word for word in words_like(find) if name is None or word.lexicon == name]
        if json:
            terminal.result(json_text([word.to_json() for word in found]))
        for word in found if not json else ():
            terminal.result(f"{word.lexicon}:{word.group}:{word.word}{' (own)' if word.own else ''}\n")
        if not found:
            terminal.remark(f"“{find}” stands in no lexicon.")
        return DONE
    words = list(all_words(name))
    if json:
        terminal.result(json_text([word.to_json() for word in words]))
    elif name is None:
        _list_lexicons(words)
    else:
        _list_groups(name, words)
    return DONE


def _list_lexicons(words: list[Word]) -> None:
    from lvlian.plan.lexicon import lexicon_names, load_lexicon

    for name in lexicon_names():
        own = sum(word.own for word in words if word.lexicon == name)
        count = sum(word.lexicon == name for word in words)
        groups = load_lexicon(name).groups
        terminal.result(f"{name}: {len(groups)} groups, {count} entries{f', {own} your own' if own else ''}\n")


def _list_groups(name: str, words: list[Word]) -> None:
    from lvlian.plan.explain import group_notes
    from lvlian.plan.lexicon import load_lexicon

    notes = group_notes(name)
    for group in load_lexicon(name).groups:
        note = f"  # {notes[group]}" if group in notes else ""
        terminal.result(f"{group}:{note}\n")
        listed = [f"{word.word}{' (own)' if word.own else ''}" for word in words if word.group == group]
        terminal.result(f"  {'  '.join(listed)}\n")
