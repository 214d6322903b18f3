"""`lvlian ledger`, `lvlian tracks` and `lvlian snapshot`: what they print, how they filter, and one sentence where something is wrong."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from lvlian.ledger.load import load_tracks, shipped_folder
from lvlian.ledger.snapshot import About, Row, seal

ROOT = Path(__file__).resolve().parents[2]
REGIONS = sorted((ROOT / "data" / "regions").glob("*.yaml"))
YANSHAN = ROOT / "data" / "regions" / "yanshan.yaml"
DAY = ("--today", "2023-10-12")
ENTRY = [
    "key", "born", "track", "title", "owner", "lead", "units", "stage", "stage_name", "known", "implied", "opened", "steps", "next", "day",
    "assumed", "data", "light", "reasons", "origins",
]  # fmt: skip


# Ledger ------------------------------------------------------------------------------------------------------------------
def test_a_region_as_json(lvlian) -> None:
    result = lvlian("ledger", YANSHAN, *DAY, "--json")
    assert result.code == 0 and not result.err
    register = result.json
    assert register["title"] == "砚山县绿色铝产业三年行动方案" and register["lights"]["bad"] == 19
    assert all(list(entry) == ENTRY for entry in register["entries"])
    assert sum(len(e["steps"]) for e in register["entries"] if e["born"] == "project") == 51
    assert lvlian("ledger", YANSHAN, *DAY, "--json").out == result.out


def test_one_file_gives_an_object_and_several_a_list(lvlian, plan) -> None:
    alone = lvlian("ledger", plan, *DAY, "--json").json
    both = lvlian("ledger", plan, *REGIONS, *DAY, "--json", "--jobs", "2").json
    assert both[0] == alone and len(both) == 1 + len(REGIONS)
    assert alone["left"] == [] and {e["track"] for e in alone["entries"]} == {"project", "duty"}
    project = next(e for e in alone["entries"] if e["born"] == "project")
    assert project["units"] == ["县工业商务局", "县财政局"] and "2031年6月底前投产" in project["origins"][0]["sentence"]


def test_the_table_for_the_eye(lvlian) -> None:
    chinese, english = lvlian("ledger", YANSHAN, *DAY), lvlian("ledger", YANSHAN, *DAY, "--lang", "en")
    assert "■ 滞后 19" in chinese.out and "项目建设（project） 27" in chinese.out and "已过 42 天" in chinese.out
    assert (
        "■ behind 19" in english.out
        and "Project construction（project） 27" in english.out
        and "42 days ago" in english.out
    )
    assert "\x1b" not in chinese.out + english.out


def test_filters(lvlian) -> None:
    def told(*arguments: str) -> set[tuple[str, str]]:
        result = lvlian("ledger", YANSHAN, *DAY, "--json", *arguments)
        assert result.code == 0
        return {(entry["track"], entry["light"]) for entry in result.json["entries"]}

    assert told("--track", "land", "--track", "gas", "--light", "warn") == {("land", "warn"), ("gas", "warn")}
    assert {light for _, light in told("--light", "bad, warn")} == {"bad", "warn"}
    assert told("--track", "issue") == set()
    assert "没有符合条件的事项" in lvlian("ledger", YANSHAN, *DAY, "--track", "issue").out


def test_another_day_another_light(lvlian) -> None:
    early = lvlian("ledger", YANSHAN, "--today", "2023-06-10", "--json").json
    late = lvlian("ledger", YANSHAN, "--today", "2026-06-10", "--json").json
    assert early["lights"]["ok"] > 20 and late["lights"]["ok"] == 0 < late["lights"]["bad"]


def test_thresholds(lvlian) -> None:
    assert lvlian("ledger", YANSHAN, *DAY, "--fail-on", "bad", "--quiet").code == 1
    assert lvlian("ledger", YANSHAN, *DAY, "--fail-on", "bad", "--track", "gas").code == 0, "of those that are shown"
    assert lvlian("ledger", YANSHAN, *DAY, "--fail-on", "warn", "--track", "gas").code == 1
    guizhou = next(path for path in REGIONS if path.stem == "guizhou")
    assert lvlian("ledger", guizhou, *DAY, "--fail-on", "warn").code == 0
    assert lvlian("ledger", guizhou, YANSHAN, "missing.txt", *DAY, "--fail-on", "bad").code == 2


def test_a_workbook(lvlian, tmp_path) -> None:
    out = tmp_path / "new" / "ledger.xlsx"
    result = lvlian("ledger", YANSHAN, *DAY, "--xlsx", out, "--lang", "en")
    assert result.code == 0 and result.out == f"{out}\n" and "58 entries" in result.err
    book = load_workbook(out)
    assert book.sheetnames == ["Register", "Steps", "In no register", "Notes"]
    assert book["Register"].max_row == 59 and book["Steps"].max_row >= 52
    before = out.read_bytes()
    assert lvlian("ledger", YANSHAN, *DAY, "--xlsx", out, "--lang", "en", "--json").json["today"] == "2023-10-12"
    assert out.read_bytes() == before, "the same input gives the same bytes"


def test_hostile_text_steers_neither_the_terminal_nor_excel(lvlian, tmp_path, plan) -> None:
    name = '=HYPERLINK("http://x","y")\x1b[31m[red]'
    path = tmp_path / "hostile.json"
    facts = lvlian("read", plan).json
    facts["milestones"][0] |= {"project": name, "owner": "+1+1", "quote": ""}
    path.write_text(json.dumps(facts), encoding="utf-8")
    shown = lvlian("ledger", path, *DAY)
    assert shown.code == 0 and "\x1b" not in shown.out and "[red]" in shown.out
    out = tmp_path / "x.xlsx"
    assert lvlian("ledger", path, *DAY, "--xlsx", out).code == 0
    cells = [cell for sheet in load_workbook(io.BytesIO(out.read_bytes())) for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"] and any(
        str(c.value).startswith("=HYPERLINK") for c in cells
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--today", "2023-13-12"], "--today 2023-13-12: expected a day as YYYY-MM-DD."),
        (["--today", "20231012"], "expected a day as YYYY-MM-DD."),
        (["--today", "heute"], "expected a day as YYYY-MM-DD."),
        (["--today", ""], "expected a day as YYYY-MM-DD."),
        (["--today", "0001-01-01"], "expected a year from 1990 to 2200."),
        (["--issued", "9999-12-31"], "expected a year from 1990 to 2200."),
        (["--track", "lnad"], "the nearest known is 'land'."),
        (["--light", "red"], "--light red: no such light, expected bad, warn, none, ok."),
        (["--light", ""], "no such light"),
        (
            ["--tracks", "no-such-folder"],
            "no-such-folder: found no such folder, expected one with YAML files of tracks",
        ),
        (["--xlsx", str(ROOT)], "it is a folder, expected a file name"),
        (["--xlsx", str(YANSHAN)], "would be written over a file that is read; choose another --xlsx."),
        (["--language", "fr"], "fr"),
        (["--fail-on", "ok"], "ok"),
    ],
)
def test_wrong_options_are_one_sentence(lvlian, arguments, words) -> None:
    result = lvlian("ledger", YANSHAN, *arguments)
    assert result.code == 2 and not result.out
    assert len(result.complaints) == 1 and words in result.complaints[0], result.err
    assert "Traceback" not in result.err and "report it" not in result.err


def test_two_documents_have_no_common_day_of_issue(lvlian, plan) -> None:
    result = lvlian("ledger", plan, YANSHAN, "--issued", "2023-01-01")
    assert result.code == 2 and "--issued belongs to one document" in result.err


def test_an_undated_document_is_remarked(lvlian, tmp_path, plan) -> None:
    path = tmp_path / "undated.txt"
    path.write_text(plan.read_text(encoding="utf-8").replace("2030年2月1日\n", ""), encoding="utf-8")
    assert "--issued gives it" in lvlian("ledger", path, *DAY).err
    told = lvlian("ledger", path, "--today", "2031-02-01", "--issued", "2030-02-01", "--json")
    assert not told.err and told.json["issued"] == "2030-02-01" == told.json["entries"][0]["opened"]


def test_registers_of_ones_own(lvlian, tmp_path) -> None:
    own = (shipped_folder() / "gas.yaml").read_text(encoding="utf-8").replace("用气", "天然气")
    (tmp_path / "gas.yaml").write_text(own, encoding="utf-8")
    assert lvlian("ledger", YANSHAN, *DAY, "--tracks", tmp_path, "--json").json["tracks"]["gas"] == "天然气"
    assert "天然气" in lvlian("tracks", "--tracks", tmp_path).out
    (tmp_path / "gas.yaml").write_text("name: [", encoding="utf-8")
    result = lvlian("ledger", YANSHAN, *DAY, "--tracks", tmp_path)
    assert result.code == 2 and len(result.complaints) == 1 and "gas.yaml" in result.err


# Tracks ------------------------------------------------------------------------------------------------------------------
def test_the_list_of_tracks(lvlian) -> None:
    shown = lvlian("tracks").out
    assert all(key in shown and track.stages[-1].name.zh in shown for key, track in load_tracks().items())
    forms = lvlian("tracks", "--json").json
    assert [form["key"] for form in forms] == list(load_tracks()) and all(form["stages"] for form in forms)
    assert "Project construction" in lvlian("tracks", "--lang", "en").out


@pytest.mark.parametrize("key", list(load_tracks()))
def test_a_track_in_full(lvlian, key) -> None:
    for language in ("zh", "en"):
        result = lvlian("tracks", "show", key, "--lang", language)
        assert result.code == 0 and not result.err
        assert all(f"（{stage.key}）" in result.out for stage in load_tracks()[key].stages)
    assert lvlian("tracks", "show", key, "--json").json["key"] == key


def test_a_track_that_there_is_not(lvlian) -> None:
    result = lvlian("tracks", "show", "porject")
    assert result.code == 2 and result.complaints == [
        "track 'porject': there is none of this name, the nearest known is 'project'."
    ]


def test_files_of_ones_own_are_checked(lvlian, tmp_path) -> None:
    good = sorted(shipped_folder().glob("*.yaml"))
    result = lvlian("tracks", "check", *good)
    assert result.code == 0 and len(result.out.splitlines()) == len(good) and not result.err
    faults = {
        "empty.yaml": b"",
        "broken.yaml": b"a: [1\n",
        "list.yaml": b"- 1\n",
        "latin.yaml": b"name: \xe9",
        "huge.yaml": b"a" * 300_000,
        "alias.yaml": b"a: &x 1\nb: *x\n",
        "deep.yaml": b"[" * 100_000,
        "unknown.yaml": good[0].read_bytes().replace(b"stages:", b"stage:"),
        "Bad Name.yaml": good[0].read_bytes(),
        "control.yaml": b'name: "\\e[31m"\n',
    }
    for name, content in faults.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder.yaml").mkdir()
    for name in (*faults, "folder.yaml", "missing.yaml"):
        result = lvlian("tracks", "check", tmp_path / name)
        assert (result.code, result.out) == (2, "") and len(result.complaints) == 1, (name, result)
        assert name in result.err and "Traceback" not in result.err and "report it" not in result.err
    mixed = lvlian("tracks", "check", good[0], tmp_path / "empty.yaml", good[1])
    assert mixed.code == 2 and len(mixed.out.splitlines()) == 2 and len(mixed.complaints) == 1


# Snapshots ---------------------------------------------------------------------------------------------------------------
def test_a_snapshot_is_verified(lvlian, sealed) -> None:
    _, path = sealed
    result = lvlian("snapshot", "verify", path)
    assert result.code == 0 and "示例县 2023-Q3, as of 2023-09-30" in result.out
    told = lvlian("snapshot", "verify", path, "--json").json
    assert told["tables"] == {"items": 2} and told["hash"] in result.out
    assert lvlian("snapshot", "verify", path, "--hash", told["hash"].upper()).code == 0
    wrong = lvlian("snapshot", "verify", path, "--hash", "0" * 64)
    assert wrong.code == 2 and "not the same snapshot" in wrong.err


def test_a_changed_file_is_no_snapshot(lvlian, sealed, tmp_path) -> None:
    _, path = sealed
    content = path.read_bytes()
    faults = {
        "changed.json": content.replace("补正".encode(), "补齐".encode()),
        "cut.json": content[:-3],
        "empty.json": b"",
        "other.json": b'{"a": 1}',
        "text.txt": "不是快照".encode("gb18030"),
    }
    for name, broken in faults.items():
        (tmp_path / name).write_bytes(broken)
    (tmp_path / "folder").mkdir()
    for name in (*faults, "folder", "missing.json"):
        for arguments in (
            ("verify", tmp_path / name),
            ("diff", path, tmp_path / name),
            ("diff", tmp_path / name, path),
        ):
            result = lvlian("snapshot", *arguments, "--json")
            assert (result.code, result.out) == (2, "") and len(result.complaints) == 1, (name, result)
            assert name in result.err and "Traceback" not in result.err and "report it" not in result.err


def test_the_difference(lvlian, sealed) -> None:
    shown = lvlian("snapshot", "diff", *sealed)
    assert shown.code == 0 and "未兑现 2" in shown.out and "第二批次用地" in shown.out and "补正材料" in shown.out
    assert "not kept" in lvlian("snapshot", "diff", *sealed, "--lang", "en").out
    told = lvlian("snapshot", "diff", *sealed, "--json").json
    assert [one["kind"] for one in told["changes"]] == ["broken", "broken", "removed", "changed", "added"]
    assert told["changes"][0]["days"] == 61 and told["old"]["hash"] == told["new"]["previous"]
    assert "没有变化" in lvlian("snapshot", "diff", sealed[1], sealed[1], "--quiet").out
    back = lvlian("snapshot", "diff", *reversed(sealed))
    assert back.code == 2 and "give the earlier one first" in back.err


def test_snapshots_that_do_not_belong_together_are_remarked(lvlian, sealed, tmp_path) -> None:
    about = {
        "quarter": "2023-Q4",
        "as_of": date(2023, 12, 31),
        "sealed_at": "2024-01-05T17:30:00+08:00",
        "previous": "a" * 64,
    }
    row = Row("items", "1", "\x1b[31m甲", {"due": date(2023, 9, 1), "done": None, "x": "\x1b]0;y\x07"}, "[bold]局")
    for region, words in (("别县", "is of 示例县"), ("示例县", "names another snapshot before it")):
        path = tmp_path / "other.json"
        path.write_bytes(seal([row], About(region=region, **about)).content)
        result = lvlian("snapshot", "diff", sealed[1], path, "--overdue")
        assert result.code == 0 and words in result.err and "\x1b" not in result.out and "[bold]局" in result.out


texts = st.text(st.sampled_from("=+-@甲乙\x1b[]\n\t") | st.characters(exclude_categories=["Cs"]), max_size=6)
rows = st.lists(
    st.builds(
        Row,
        st.sampled_from(["items", "goals", "x"]),
        st.sampled_from("abcdef"),
        texts,
        st.dictionaries(
            st.sampled_from(["due", "done", "why", "n"]), texts | st.integers() | st.none() | st.dates(), max_size=4
        ),
        texts,
    ),
    max_size=6,
    unique_by=lambda row: (row.table, row.key),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows, rows)
def test_whatever_is_sealed_can_be_compared(tmp_path, lvlian, before, after) -> None:
    paths = []
    for name, held, month in (("a", before, 6), ("b", after, 9)):
        about = About(region="县", quarter=f"2023-Q{month // 3}", as_of=date(2023, month, 30), sealed_at="2023-10-01")
        paths.append(tmp_path / f"{name}.json")
        paths[-1].write_bytes(seal(held, about).content)
    shown = lvlian("snapshot", "diff", *paths, "--lang", "en")
    assert shown.code == 0 and "\x1b" not in shown.out and not shown.err
    assert lvlian("snapshot", "diff", *paths, "--json").code == 0


# Speed -------------------------------------------------------------------------------------------------------------------
def test_help_does_not_load_the_engine() -> None:
    code = (
        "import sys; from lvlian.cli import app\n"
        "heavy = ('yaml', 'rich', 'lvlian.ledger', 'lvlian.brief', 'xlsxwriter')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_five_regions_within_seconds(lvlian) -> None:
    start = time.perf_counter()
    assert lvlian("ledger", *REGIONS, *DAY, "--json", "--jobs", "1").code == 0
    assert time.perf_counter() - start < 10
