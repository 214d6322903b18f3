"""The Gantt chart of a plan's projects: marks where the plan gives a date, nothing where it gives none."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from .figures import when_en, when_zh
from .schedule import Project, Schedule, Step
from .svg import ACCENT_L, ACCENT_M, HAIR, INK, INK2, INK3, RULE, TINT, WARN, WARN_TEXT, Canvas, fold, text_width
from .wording import Said, Wording

ROW, LINE, HEAD = 26.0, 16.0, 46.0
YEAR = 34.0
"""px that the number of a year takes on the axis; where years are narrower, some go without."""
LEAST_PLOT = 0.45
"""Share of the width right of the names that the months get at least; the words beside the marks take the rest."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Widths of the columns in px and the months that the axis covers."""

    width: float
    month: float
    name: float
    capacity: float
    first: int
    last: int
    step: float = 0.0
    """px per month."""

    @property
    def left(self) -> float:
        return self.month + self.name + self.capacity + 12

    def x(self, months: float) -> float:
        return self.left + (months - self.first) * self.step


def gantt(plan: Schedule, *, width: float = 1216, name: float = 300, rows_each: int | None = None) -> list[str]:
    """Drawings of the schedule, each with its own axis; one drawing unless `rows_each` rows are to stand on a page at most.

    A mark stands at the end of its period for a date `by` and in the middle for a date `in`. A bar runs from a project's own
    start step to its completion; a dashed line shows that the plan does not write the start. An empty schedule gives no drawing.
    """
    projects = plan.projects
    if not plan.dated:
        return []
    words = Wording()
    marks = [step.due for project in plan.dated for step in project.steps if step.span]
    starts = [step.span.start for project in plan.dated for step in project.steps if step.span]
    if plan.issued is not None:
        starts.append(plan.issued)
    first, last = math.floor(min(starts)), math.ceil(max([*marks, *starts]) + 0.01)
    frame = _fitted(Frame(width, 62, name, 92, first, max(last, first + 6)), plan, words)
    cut = rows_each or len(projects)
    return [_drawing(plan, projects[at : at + cut], frame, words) for at in range(0, len(projects), cut)]


def _fitted(frame: Frame, plan: Schedule, words: Wording) -> Frame:
    """Months as wide as the words after the last mark of every row allow."""
    room = frame.width - frame.left
    months = frame.last - frame.first
    step = room / months
    for project in plan.dated:
        dated = [step for step in project.steps if step.span]
        rest = [step for step in project.steps if not step.span]
        need = text_width(_sentence(dated, rest, words)[0], 12) + 14
        step = min(step, (room - need) / max(dated[-1].due - frame.first, 1.0))
    return replace(frame, step=max(step, room * LEAST_PLOT / months))


def _drawing(plan: Schedule, projects: tuple[Project, ...], frame: Frame, words: Wording) -> str:
    labels = [fold(project.label, 13, frame.name - 8, 2) for project in projects]
    headings = _headings(projects, words)
    heights = [
        ROW + LINE * (len(lines) - 1) + (ROW if heading else 0) for lines, heading in zip(labels, headings, strict=True)
    ]
    height = HEAD + sum(heights) + 4
    canvas = Canvas(frame.width, height, words.say("gantt_title"))
    _axis(canvas, frame, height, words)
    y, shown = HEAD, ""
    for project, lines, heading in zip(projects, labels, headings, strict=True):
        if heading:
            canvas.rect(0, y, frame.width, ROW, TINT)
            canvas.text(0, y + 17, heading.zh, en=heading.en, size=12, fill=INK, bold=True)
            y, shown = y + ROW, ""
        said = words.both(f"factor_{project.factor}")
        month = Said(project.month, project.month) if project.month else said
        canvas.line(0 if month.zh != shown else frame.month, y, frame.width, y, RULE if month.zh != shown else HAIR)
        if month.zh != shown:
            canvas.text(0, y + 17, month.zh, en=month.en, size=12, fill=INK2)
            shown = month.zh
        for at, line in enumerate(lines):
            canvas.text(frame.month, y + 17 + at * LINE, line, size=13, fill=INK, title=project.name if at == 0 else "")
        if project.capacity:
            canvas.text(frame.left - 12, y + 17, f"{project.capacity} {project.unit}", size=12, anchor="end")
        _steps(canvas, frame, project, plan.issued, y + 13, words)
        y += ROW + LINE * (len(lines) - 1)
    canvas.line(0, height - 3, frame.width, height - 3, INK)
    if plan.issued is not None:
        x = frame.x(plan.issued)
        canvas.line(x, HEAD, x, height - 3, INK, 1, "2 3")
        canvas.line(x, 14, x, 18, INK)
        said = words.both("issued_on", date=plan.issue_date)
        right = x + text_width(said.zh, 12) + 8 < frame.width
        canvas.text(
            x + (5 if right else -5),
            12,
            said.zh,
            en=said.en,
            size=12,
            fill=INK,
            anchor=None if right else "end",
            halo=True,
        )
    return canvas.close("gantt")


def _headings(projects: tuple[Project, ...], words: Wording) -> list[Said | None]:
    """What each row opens: a kind of factor, the rows without a date, or nothing."""
    out: list[Said | None] = []
    before: str | None = ""
    for project in projects:
        block = project.factor if project.month else None
        out.append(None if block == before else words.both("undated" if block is None else f"factor_{block}"))
        before = block
    return out


def _axis(canvas: Canvas, frame: Frame, height: float, words: Wording) -> None:
    for x, key, anchor in (
        (0, "first_due", None),
        (frame.month, "project", None),
        (frame.left - 12, "capacity", "end"),
    ):
        said = words.both(key)
        canvas.text(x, HEAD - 8, said.zh, en=said.en, anchor=anchor)
    roomy, free = frame.step >= 13, 0.0
    for month in range(frame.first, frame.last + 1):
        x, number = frame.x(month), month % 12
        if number == 0 or month == frame.first:
            canvas.line(x, 18, x, height - 3, RULE)
            room = (12 - number) * frame.step if month == frame.first else frame.step * 12
            if month < frame.last and x >= free and (room >= YEAR or number == 0):
                canvas.text(x + 4, 25, str(month // 12), size=12, fill=INK, bold=True)
                free = x + YEAR
        elif number % 3 == 0:
            canvas.line(x, HEAD - 14, x, height - 3, HAIR)
        if month < frame.last and (roomy or (frame.step * 3 >= 13 and number % 3 == 0)):
            label = str(number + 1)
            canvas.text(x + (frame.step if roomy else 3 * frame.step) / 2, HEAD - 8, label, size=11, anchor="middle")
    canvas.line(0, HEAD, frame.width, HEAD, RULE)


def _steps(canvas: Canvas, frame: Frame, project: Project, issued: float | None, y: float, words: Wording) -> None:
    dated = [step for step in project.steps if step.span]
    rest = [step for step in project.steps if not step.span]
    if not dated:
        canvas.line(frame.left, y, frame.x(frame.last), y, INK3, 1, "1 4")
        said = words.both("undated_event", event="、".join(step.event for step in rest))
        canvas.text(frame.left + 12, y + 4, said.zh, en=said.en, size=12, fill=INK3, halo=True)
        return
    _bars(canvas, frame, project, issued, y)
    for step in dated:
        canvas.diamond(frame.x(step.due), y, stroke=WARN if step.early else INK, title=_words(step)[0])
    _labels(canvas, frame, dated, rest, y, words)


def _bars(canvas: Canvas, frame: Frame, project: Project, issued: float | None, y: float) -> None:
    dated = [step for step in project.steps if step.span]
    begin = next((step for step in dated if step.begins), None)
    ends = [step for step in dated if not step.begins]
    if ends and begin and begin.due < ends[-1].due:
        x = frame.x(begin.due)
        canvas.rect(x, y - 5, frame.x(ends[-1].due) - x, 10, ACCENT_L)
    elif (ends or project.factor) and issued is not None and issued < dated[-1].due:
        canvas.line(frame.x(issued), y, frame.x(dated[-1].due), y, ACCENT_M, 2, "5 4")
    for step in dated:
        if step.span and step.span.grain in ("year", "quarter", "half") and step.when_op != "by":
            canvas.line(frame.x(step.span.start), y + 7, frame.x(step.span.end), y + 7, INK2, 1)


def _words(step: Step) -> tuple[str, str]:
    return f"{step.event} {when_zh(step.when, step.when_op)}", f"{step.event} {when_en(step.when, step.when_op)}"


def _sentence(steps: list[Step], rest: list[Step], words: Wording) -> tuple[str, str]:
    """What stands beside the last mark of some steps, in Chinese and English."""
    zh, en = ("；".join(_words(step)[n] for step in steps) for n in (0, 1))
    if rest:
        said = words.both("undated_event", event="、".join(step.event for step in rest))
        zh, en = f"{zh}；{said.zh}", f"{en}; {said.en}"
    if any(step.early for step in steps):
        said = words.both("before_issue")
        zh, en = f"{zh} ▲{said.zh}", f"{en} ▲{said.en}"
    return zh, en


def _labels(canvas: Canvas, frame: Frame, dated: list[Step], rest: list[Step], y: float, words: Wording) -> None:
    spots = [frame.x(step.due) for step in dated]
    barred = len({step.begins for step in dated}) > 1
    apart = not barred and all(
        b - a > text_width(_words(step)[0], 12) + 22 for step, a, b in zip(dated, spots, spots[1:], strict=False)
    )
    groups = [[step] for step in dated] if apart else [dated]
    for place, group in enumerate(groups):
        zh, en = _sentence(group, rest if place == len(groups) - 1 else [], words)
        x, anchor = frame.x(group[-1].due) + 10, None
        wide = text_width(zh, 12)
        if x + wide > frame.width:
            if frame.x(group[0].due) - 10 - wide > frame.left:
                x, anchor = frame.x(group[0].due) - 10, "end"
            else:
                zh, en = (fold(line, 12, frame.width - x, 1)[0] for line in (zh, en))
        fill = WARN_TEXT if any(step.early for step in group) else INK
        canvas.text(x, y + 4, zh, en=en, size=12, fill=fill, anchor=anchor, halo=True)
