"""How right reading is: the reader on the real plans, scored with the program that stands beside the records by hand.

    python benchmarks/score_plans.py [--errors]

The plans stay outside the repository: the folder is `../shared` beside the checkout, or what LVLIAN_SHARED names. Without it
nothing is scored, and that is said.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.figure import ROOT, Figure

PART = "right or wrong"
FLOORS = {"goals": 0.97, "milestones": 0.95, "duties": 0.98, "incentives": 0.90, "chains": 0.98}
PRECISION_FLOOR = 0.95
_ROW = re.compile(
    r"^(?P<kind>[a-z]+)\s+(?P<gold>\d+)\s+(?P<found>\d+)\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+(?P<p>[\d.]+)\s+(?P<r>[\d.]+)\s+(?P<f1>[\d.]+)",
    re.MULTILINE,
)


def shared() -> Path:
    """The folder with plans/ and gold/; it may be missing."""
    return Path(os.environ.get("LVLIAN_SHARED", ROOT.parent / "shared"))


def main(errors: bool = False) -> None:
    folder = shared()
    if not (folder / "gold" / "score.py").is_file() or not (folder / "plans").is_dir():
        words = "the real plans are not here (set LVLIAN_SHARED to the folder that holds plans/ and gold/): not scored"
        print(f"SKIPPED: {words}", file=sys.stderr)
        Figure(part=PART, what=words, value=float("nan"), unit="").tell()
        return
    from lvlian.plan.export import facts_json
    from lvlian.plan.read import read_plan
    from lvlian.plan.source import read_source

    with tempfile.TemporaryDirectory() as out:
        plans = sorted((folder / "plans").glob("*.txt"))
        for path in plans:
            (Path(out) / f"{path.stem}.json").write_text(facts_json(read_plan(read_source(path))), encoding="utf-8")
        command: list[str | Path] = [
            sys.executable,
            folder / "gold" / "score.py",
            folder / "gold",
            folder / "plans",
            out,
        ]
        done = subprocess.run([*command, *(["--errors"] if errors else [])], check=True, capture_output=True, text=True)
    if errors:
        print(done.stdout, file=sys.stderr)
    rows = list(_ROW.finditer(done.stdout))
    if not rows:
        raise RuntimeError(f"the score program printed no row that is understood:\n{done.stdout}")
    for row in rows:
        note = f"recall {row['r']}; {row['gold']} by hand, {row['found']} found in {len(plans)} plans"
        kind = row["kind"]
        Figure(
            part=PART,
            what=f"{kind}: F1",
            value=float(row["f1"]),
            unit="",
            bound=FLOORS.get(kind),
            least=True,
            note=note,
        ).tell()
        Figure(
            part=PART, what=f"{kind}: precision", value=float(row["p"]), unit="", bound=PRECISION_FLOOR, least=True
        ).tell()


if __name__ == "__main__":
    main("--errors" in sys.argv[1:])
