"""`lvlian reconcile` of one network in the published form."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lvlian.cli import terminal
from lvlian.cli.files import write_files
from lvlian.cli.options import Speech
from lvlian.cli.reconciling_shown import CLASS_EN, tested
from lvlian.cli.status import DONE, CommandError, printable

if TYPE_CHECKING:
    from lvlian.chain.account.suspects import Screening

_MOST_STREAMS = 60
LARGEST_NETWORK = 2_000_000_000


def reconcile_network(files: list[Path], json: bool, out: Path | None, family_error: float, language: Speech) -> int:
    """A problem in the published form."""
    if len(files) != 1 or not _is_network(files[0]):
        names = ", ".join(path.name for path in files[:3])
        raise CommandError(
            f"{names}: not one network as JSON (an object with streams, incidence, measured, variance); reports need a region: "
            "name its file with --region (firms, lines, links)."
        )
    from lvlian.chain.account.case import read_case
    from lvlian.chain.account.suspects import screen
    from lvlian.chain.account.system import UnsolvableError
    from lvlian.chain.account.write_case import case_answer

    system, _ = read_case(files[0])
    with terminal.meter(1, "reconciling"):
        try:
            screening = screen(system, family_error)
        except UnsolvableError as error:
            raise CommandError(f"{files[0].name}: {error}.") from None
    if json or out is not None:
        text = _dumped(case_answer(screening))
        if out is not None:
            target = out / f"{files[0].stem}.reconciled.json"
            if target.resolve() == files[0].resolve():
                raise CommandError(f"{target}: would be written over the file that is read; choose another --out.")
            write_files({target: text.encode()})
            terminal.remark(f"The result is in {target}.")
        if json:
            terminal.result(text)
            return DONE
    _show_network(screening, files[0].stem, language)
    return DONE


def _is_network(path: Path) -> bool:
    """Whether a file has the form of a network; it is read for good later."""
    try:
        if path.stat().st_size > LARGEST_NETWORK:
            raise CommandError(f"{path.name}: is larger than {LARGEST_NETWORK // 10**9} GB.")
        content = path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: cannot be read ({error.strerror or error}).") from None
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        return False
    return b'"incidence"' in content or (b'"streams"' in content and b'"measured"' in content)


def _dumped(value: dict[str, Any]) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n"


def _show_network(screening: Screening, name: str, language: Speech) -> None:
    from rich.table import Table
    from rich.text import Text

    chinese = language is Speech.ZH
    console = terminal.console()
    received, system = screening.received, screening.system
    console.print(Text(printable(name), style="bold"))
    console.print(Text(tested(received.chi2, received.dof, received.limit_95, chinese)))
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in (
        ("流", "读数", "平衡后", "标准差", "z", "类") if chinese else ("stream", "reading", "value", "sd", "z", "class")
    ):
        table.add_column(heading, justify="left" if heading in ("流", "stream", "类", "class") else "right")
    from lvlian.chain.account.solution import CLASS_ZH, CLASSES

    read = {int(k): r for r, k in enumerate(system.stream)}
    shown = list(range(min(system.size, _MOST_STREAMS)))
    for k in shown:
        r = read.get(k)
        kind = CLASSES[int(received.kind[k])]
        table.add_row(
            printable(system.name(k)),
            "—" if r is None else f"{system.reading[r]:.6g}",
            _cell(received.value[k]),
            _cell(received.sd[k], 3),
            "—" if r is None or math.isnan(received.z[r]) else f"{received.z[r]:+.1f}",
            CLASS_ZH[kind] if chinese else CLASS_EN[kind],
        )
    console.print(table)
    if system.size > len(shown):
        rest = system.size - len(shown)
        console.print(Text(f"另有 {rest} 条流，见 --json。" if chinese else f"{rest} more streams, see --json."))
    for s in screening.suspects[:_MOST_STREAMS]:
        stream = system.name(int(system.stream[s.reading]))
        words = (
            f"■ {stream} 读数 {s.reported:.6g}，其余推得 {s.implied:.6g} ± {s.sd:.3g}，z = {s.z:+.1f}"
            if chinese
            else f"■ {stream} reads {s.reported:.6g}, all others imply {s.implied:.6g} ± {s.sd:.3g}, z = {s.z:+.1f}"
        )
        console.print(Text(printable(words), style="red"))
    for one in screening.sets[:_MOST_STREAMS]:
        names = ", ".join(system.name(int(system.stream[m.reading])) for m in one.members)
        words = (
            f"▲ 分不开的一组，{one.count} 项错：{names}"
            if chinese
            else f"▲ {one.count} of these, and nothing says which: {names}"
        )
        console.print(Text(printable(words), style="yellow"))


def _cell(value: float, digits: int = 6) -> str:
    return "—" if math.isnan(value) else f"{value:.{digits}g}"
