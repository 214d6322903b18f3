"""The Gantt chart of a plan's projects: marks where the plan gives a date, nothing where it gives none."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .figures import when_en, when_zh
from .schedule import Project, Schedule, Step
from .svg import ACCENT_L, ACCENT_M, HAIR, INK, INK2, INK3, RULE, TINT, WARN, WARN_TEXT, Canvas, fold, text_width
from .wording import Wording

ROW, LINE, HEAD = 26.0, 16.0, 46.0
LABEL_ROOM = 150.0
"""Width kept free at the right end for the words of the last mark."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Widths of the columns in px and the months that the axis covers."""

    width: float
    month: float
    name: float
    capacity: float
    first: int
    last: int

    @property
    def left(self) -> float:
        return self.month + self.name + self.capacity + 12

    @property
    def step(self) -> float:
        return (self.width - self.left - LABEL_ROOM) / (self.last - self.first)

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
    frame = Frame(width, 62, name, 92, first, max(last, first + 6))
    cut = rows_each or len(projects)
    return [_drawing(plan, projects[at : at + cut], frame, words) for at in range(0, len(projects), cut)]


def _drawing(plan: Schedule, projects: tuple[Project, ...], frame: Frame, words: Wording) -> str:
    labels = [fold(_label(project), 13, frame.name - 8, 2) for project in projects]
    heights: list[float] = []
    previous = ""
    for project, lines in zip(projects, labels, strict=True):
        heading = project.factor != previous and bool(project.factor)
        heights.append(ROW + LINE * (len(lines) - 1) + (ROW if heading else 0))
        previous = project.factor
    height = HEAD + sum(heights) + 4
    canvas = Canvas(frame.width, height, words.say("gantt_title"))
    _axis(canvas, frame, height, words)
    y, factor, month = HEAD, "", None
    for project, lines, tall in zip(projects, labels, heights, strict=True):
        if project.factor != factor and project.factor:
            factor, month = project.factor, None
            said = words.both(f"factor_{factor}")
            canvas.rect(0, y, frame.width, ROW, TINT)
            canvas.text(0, y + 17, said.zh, en=said.en, size=12, fill=INK, bold=True)
            y, tall = y + ROW, tall - ROW
        shown = project.month
        canvas.line(0 if shown != month else frame.month, y, frame.width, y, RULE if shown != month else HAIR)
        if shown != month:
            undated = words.both("undated")
            canvas.text(0, y + 17, shown or undated.zh, en=shown or undated.en, size=12, fill=INK2)
            month = shown
        for at, line in enumerate(lines):
            canvas.text(frame.month, y + 17 + at * LINE, line, size=13, fill=INK, title=project.name if at == 0 else "")
        if project.capacity:
            canvas.text(frame.left - 12, y + 17, f"{project.capacity} {project.unit}", size=12, anchor="end")
        _steps(canvas, frame, project, y + 13, words)
        y += tall
    canvas.line(0, height - 3, frame.width, height - 3, INK)
    if plan.issued is not None:
        x = frame.x(plan.issued)
        canvas.line(x, 14, x, height - 3, INK, 1, "2 3")
        said = words.both("issued_on", date=plan.issue_date)
        right = x + text_width(said.zh, 12) + 8 < frame.width
        canvas.text(x + (5 if right else -5), 12, said.zh, en=said.en, size=12, fill=INK, anchor=None if right else "end", halo=True)
    return canvas.close("gantt")


def _label(project: Project) -> str:
    """`owner product` where both are known and shorter than the printed name, which the table behind gives in full."""
    if project.owner and project.product and not project.factor:
        return f"{project.owner} {project.product}"
    return project.name


def _axis(canvas: Canvas, frame: Frame, height: float, words: Wording) -> None:
    for x, key, anchor in ((0, "first_due", None), (frame.month, "project", None), (frame.left - 12, "capacity", "end")):
        said = words.both(key)
        canvas.text(x, HEAD - 8, said.zh, en=said.en, anchor=anchor)
    roomy = frame.step >= 13
    for month in range(frame.first, frame.last + 1):
        x, number = frame.x(month), month % 12
        if number == 0 or month == frame.first:
            canvas.line(x, 18, x, height - 3, RULE)
            if month < frame.last and (number == 0 or 12 - number > 2 or roomy and 12 - number > 1):
                canvas.text(x + 4, 28, str(month // 12), size=12, fill=INK, bold=True)
        elif number % 3 == 0:
            canvas.line(x, HEAD - 14, x, height - 3, HAIR)
        if month < frame.last and (roomy or frame.step * 3 >= 13 and number % 3 == 0):
            label = str(number + 1)
            canvas.text(x + (frame.step if roomy else 3 * frame.step) / 2, HEAD - 8, label, size=11, anchor="middle")
    canvas.line(0, HEAD, frame.width, HEAD, RULE)


def _steps(canvas: Canvas, frame: Frame, project: Project, y: float, words: Wording) -> None:
    dated = [step for step in project.steps if step.span]
    rest = [step for step in project.steps if not step.span]
    if not dated:
        canvas.line(frame.left, y, frame.width - LABEL_ROOM, y, INK3, 1, "1 4")
        events = "、".join(step.event for step in rest)
        said = words.both("undated_event", event=events)
        canvas.text(frame.left + 12, y + 4, said.zh, en=said.en, size=12, fill=INK3, halo=True)
        return
    _bars(canvas, frame, project, dated, y)
    for step in dated:
        canvas.diamond(frame.x(step.due), y, stroke=WARN if step.early else INK, title=_words(step)[0])
    _labels(canvas, frame, dated, rest, y, words)


def _bars(canvas: Canvas, frame: Frame, project: Project, dated: list[Step], y: float) -> None:
    begin = next((step for step in dated if step.begins), None)
    ends = [step for step in dated if not step.begins]
    if ends and begin and frame.x(begin.due) < frame.x(ends[-1].due):
        x = frame.x(begin.due)
        canvas.rect(x, y - 5, frame.x(ends[-1].due) - x, 10, ACCENT_L)
    elif ends:
        far = frame.x(ends[-1].due)
        canvas.line(max(frame.left, far - 6 * frame.step), y, far, y, ACCENT_M, 2, "5 4")
    for step in dated:
        if step.span and step.span.grain in ("year", "quarter", "half") and step.when_op != "by":
            canvas.line(frame.x(step.span.start), y + 7, frame.x(step.span.end), y + 7, INK2, 1)


def _words(step: Step) -> tuple[str, str]:
    return f"{step.event} {when_zh(step.when, step.when_op)}", f"{step.event} {when_en(step.when, step.when_op)}"


def _labels(canvas: Canvas, frame: Frame, dated: list[Step], rest: list[Step], y: float, words: Wording) -> None:
    spots = [frame.x(step.due) for step in dated]
    apart = all(b - a > text_width(_words(step)[0], 12) + 22 for step, a, b in zip(dated, spots, spots[1:], strict=False))
    groups = [[step] for step in dated] if apart else [dated]
    for place, group in enumerate(groups):
        last = place == len(groups) - 1
        zh, en = ("；".join(_words(step)[n] for step in group) for n in (0, 1))
        if last and rest:
            said = words.both("undated_event", event="、".join(step.event for step in rest))
            zh, en = f"{zh}；{said.zh}", f"{en}; {said.en}"
        early = any(step.early for step in group)
        if early:
            said = words.both("before_issue")
            zh, en = f"{zh} ▲{said.zh}", f"{en} ▲{said.en}"
        x = frame.x(group[-1].due) + 10
        anchor = None
        if x + text_width(zh, 12) > frame.width:
            x, anchor = frame.x(group[0].due) - 10, "end"
        canvas.text(x, y + 4, zh, en=en, size=12, fill=WARN_TEXT if early else INK, anchor=anchor, halo=True)
