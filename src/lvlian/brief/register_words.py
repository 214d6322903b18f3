"""The words of a register in one language: for the terminal and for the workbook."""

from __future__ import annotations

from dataclasses import dataclass

from lvlian.ledger.item import Step
from lvlian.ledger.saying import name
from lvlian.ledger.track import Stage, Track, Words

from .dispatch_words import SHAPES
from .paper_words import printable
from .register import Entry, Register
from .wording import LANGUAGES, Said, WordingError

_WORDS: dict[str, Said] = {
    "register": Said("台账", "Register"),
    "steps_sheet": Said("节点", "Steps"),
    "left_sheet": Said("未入台账", "In no register"),
    "notes_sheet": Said("说明", "Notes"),
    "plan": Said("规划", "Plan"),
    "title": Said("事项", "Item"),
    "owner": Said("业主", "Owner"),
    "lead": Said("牵头单位", "Lead unit"),
    "units": Said("责任单位", "Units"),
    "stage": Said("阶段", "Stage"),
    "stated": Said("阶段依据", "Stage known from"),
    "by_plan": Said("规划写明", "the plan"),
    "unreported": Said("未报", "not reported"),
    "light": Said("灯", "Light"),
    "why": Said("原因", "Reasons"),
    "next": Said("下一节点", "Next step"),
    "day": Said("日期", "Day"),
    "step": Said("节点", "Step"),
    "steps": Said("节点", "Steps"),
    "due": Said("时限", "Due"),
    "expected": Said("现计划", "Expected"),
    "done": Said("办结", "Done"),
    "given": Said("来自", "Given by"),
    "by_assumption": Said("假设", "assumption"),
    "section": Said("章节", "Section"),
    "sentence": Said("原句", "Sentence"),
    "doubt": Said("待核", "To be verified"),
    "kind": Said("类", "Kind"),
    "project": Said("项目", "project"),
    "duty": Said("责任", "duty"),
    "mechanism": Said("机制", "mechanism"),
    "milestones": Said("里程碑", "milestone"),
    "duties": Said("责任", "duty"),
    "mechanisms": Said("机制", "mechanism"),
    "undated": Said("无日期", "no date"),
    "today": Said("今天", "Today"),
    "issued": Said("印发", "Issued"),
    "no_issue": Said("未写", "not given"),
    "invented": Said("模拟", "invented"),
    "count": Said("{n} 项", "{n} entries"),
    "led": Said("{unit}（牵头）", "{unit} (lead)"),
    "more": Said("{units} 等 {n} 个", "{units} and {n} in all"),
    "assumed": Said(
        "责任事项没有写日期，假设到规划期末为止。",
        "Duty lines have no date of their own: that they last until the end of the plan's period is an assumption.",
    ),
    "thresholds": Said(
        "灯的阈值和通常时长是假设，未与公布的规定核对：{tracks}（lvlian tracks show KEY 看来源）。",
        "Thresholds and usual lengths are assumptions, not compared with a published rule: {tracks} (lvlian tracks show KEY).",
    ),
    "left": Said("没有台账收的事实 {n} 条：", "Facts that no register takes, {n}:"),
    "none_left": Said("没有符合条件的事项。", "No entry is like that."),
    "item": Said("项", "Entry"),
    "content": Said("内容", "Content"),
    "version": Said("由 lvlian {version} 生成", "made by lvlian {version}"),
}
MOST_UNITS = 2
"""Units that a narrow cell names."""


@dataclass(frozen=True, slots=True)
class RegisterWords:
    """Words in one language. Raises WordingError for another than `zh` and `en`."""

    language: str = "zh"

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise WordingError(f"language {self.language!r}: expected one of {', '.join(LANGUAGES)}")

    def __call__(self, key: str, **values: object) -> str:
        words = _WORDS[key].in_(self.language)
        return words.format(**values) if values else words

    def of(self, words: Words) -> str:
        return words.en if self.language == "en" else words.zh

    def light(self, state: str) -> str:
        """Shape and word, so that it reads without colour."""
        return f"{SHAPES[state]} {name('lights', state, self.language)}"

    def stage(self, entry: Entry) -> str:
        told = self.of(entry.stage.name)
        return told if entry.known else f"{told}（{self('unreported')}）" if self.language == "zh" else f"{told} (?)"

    def step(self, track: Track, step: Step) -> str:
        """What a step is called; a step without words of its own by its stage."""
        stage: Stage | None = track.by_key.get(step.stage)
        return printable(step.title) or (self.of(stage.name) if stage else "")

    def reasons(self, entry: Entry, register: Register) -> str:
        return printable(("；" if self.language == "zh" else "; ").join(entry.say(register.today, self.language)))

    def units(self, entry: Entry) -> str:
        """The leading unit first, then the others; the first few where there are many."""
        others = [unit for unit in entry.units if unit != entry.lead]
        named = [*([self("led", unit=entry.lead)] if entry.lead else []), *others]
        text = ("、" if self.language == "zh" else ", ").join(named[:MOST_UNITS])
        return printable(text if len(named) <= MOST_UNITS else self("more", units=text, n=len(named))) or "—"

    def notes(self, register: Register) -> list[str]:
        """What a reader has to know about the figures: assumptions."""
        shown = [track for track, _ in register.by_track()]
        unverified = [self.of(track.name) for track in shown if not track.verified]
        out = [self("assumed")] if any(entry.assumed for entry in register.entries) else []
        joined = ("、" if self.language == "zh" else ", ").join(unverified)
        return [*out, *([self("thresholds", tracks=joined)] if unverified else [])]
