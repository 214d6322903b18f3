"""pdf: lines, furniture, ruled tables, and everything that must be refused."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from lvlian.plan.source import pdf, read_source, source_from_bytes

Make = Callable[..., bytes]
Refuse = Callable[..., str]

LINES = (
    "一、工作目标",
    "到2027年，全县铝加工产值达到 30 亿元，铝材产",
    "量达到12万吨，新引进企业1—2家。",
    "责任单位：县工信局。",
)


def marks(lines: tuple[str, ...] | list[str], top: float = 700) -> list[tuple[float, float, str]]:
    return [(76, top - 28 * index, line) for index, line in enumerate(lines)]


def text(data: bytes) -> str:
    source = source_from_bytes(data, name="plan.pdf")
    assert source.form == "pdf" and source.encoding is None
    return source.text


def test_lines_stay_as_they_are_set(make_pdf: Make) -> None:
    assert text(make_pdf([marks(LINES)])) == "\n".join(LINES) + "\n"


def test_the_page_is_read_from_top_to_bottom_whatever_the_order_of_its_content(make_pdf: Make) -> None:
    assert text(make_pdf([marks(LINES)[::-1]])) == "\n".join(LINES) + "\n"
    assert (
        text(make_pdf([[(300, 700, "右边"), (76, 700, "左边"), (76, 660, "下一行文字")]])) == "左边 右边\n下一行文字\n"
    )


def test_marks_of_another_font_that_come_last_are_put_in_their_places(make_pdf: Make) -> None:
    # As word processors write it: first the Chinese of the line, then its quotation marks.
    page = [
        (76.0, 700.0, "建成"),
        (112.0, 700.0, "铝谷"),
        (148.0, 700.0, "核心区，产值居前"),
        (100.0, 700.0, "“"),
        (136.0, 700.0, "”"),
    ]
    assert text(make_pdf([[*page, (76, 660, "下一行")]])) == "建成“铝谷”核心区，产值居前\n下一行\n"


def test_two_columns_keep_the_order_of_the_content(make_pdf: Make) -> None:
    left = [(40.0, 700.0 - 20 * i, f"左栏文字第{i}行内容说明内容说明") for i in range(6)]
    right = [(320.0, 700.0 - 20 * i, f"右栏文字第{i}行内容说明内容说明") for i in range(6)]
    lines = text(make_pdf([left + right])).splitlines()
    assert [line[0] for line in lines] == ["左"] * 6 + ["右"] * 6


def test_page_numbers_and_running_heads_are_taken_off(make_pdf: Make) -> None:
    pages = []
    for number in range(1, 6):
        foot = ["- {} -", "— {} —", "{}", "第 {} 页 共 5 页", "{} / 5"][number - 1].format(number)
        body = [f"第{'一二三四五'[number - 1]}段文字占满一行一直写到行末为止", "下面一行", "12", "最后一行"]
        pages.append([(76, 800, "青石县人民政府文件"), *marks(body), (280, 40, foot)])
    result = text(make_pdf(pages)).splitlines()
    assert "青石县人民政府文件" not in result
    assert len(result) == 20 and result.count("12") == 5, result


def test_a_first_line_keeps_its_indent(make_pdf: Make) -> None:
    lines = [(100.0, 700.0, "首行缩进两个字的一段话从这里开始写到行末"), (76.0, 672.0, "续行顶格书写不缩进内容继续"),
             (100.0, 644.0, "又一段首行缩进的话"), (76.0, 616.0, "其续行")]  # fmt: skip
    assert text(make_pdf([lines])).splitlines() == [
        "\u3000\u3000首行缩进两个字的一段话从这里开始写到行末",
        "续行顶格书写不缩进内容继续",
        "\u3000\u3000又一段首行缩进的话",
        "其续行",
    ]


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_turned_page_is_read_as_it_is_shown(make_pdf: Make, rotate: int) -> None:
    assert text(make_pdf([marks(LINES, top=500)], rotate=rotate)) == "\n".join(LINES) + "\n"


def test_a_ruled_table_gives_rows_and_cells(make_pdf: Make, cells: Callable[..., object]) -> None:
    # Three columns, three rows; the first cell spans the two lower rows, the head of columns 2 and 3 is one cell.
    xs, ys = (70.0, 200.0, 330.0, 460.0), (700.0, 660.0, 620.0, 580.0)
    rules: list[tuple[float, float, float, float]] = []
    rules += [(70, y, 390, 0.5) for y in (ys[0], ys[1], ys[3])] + [(200, ys[2], 260, 0.5)]
    rules += [(x, 580, 0.5, 120) for x in (xs[0], xs[1], xs[3])] + [(xs[2], 580, 0.5, 80)]
    page = [
        (76, 740, "项目支撑表"),
        (80, 675, "项目名称"), (210, 675, "建设时间"),
        (80, 645, "青石铝板带"), (80, 600, "改造项目"), (210, 635, "2025年"), (340, 635, "2026年"),
        (210, 595, "3月"), (340, 595, "12月"),
        (76, 540, "表后文字"),
    ]  # fmt: skip
    source = source_from_bytes(make_pdf([page], drawn={0: rules}), name="plan.pdf")
    assert source.text == "项目支撑表\n项目名称\t建设时间\n青石铝板带改造项目\t2025年\t2026年\n\t3月\t12月\n表后文字\n"
    assert cells(source) == [
        [
            ["项目名称", "建设时间", "建设时间"],
            ["青石铝板带改造项目", "2025年", "2026年"],
            ["青石铝板带改造项目", "3月", "12月"],
        ]
    ]


def test_underlines_and_frames_are_no_tables(make_pdf: Make) -> None:
    source = source_from_bytes(
        make_pdf([marks(LINES)], drawn={0: [(70, 690, 200, 0.5), (60, 500, 400, 250)]}), name="a.pdf"
    )
    assert source.tables == () and source.text == "\n".join(LINES) + "\n"


def test_scans_and_empty_pages_are_refused_with_a_way_out(make_pdf: Make, refusal: Refuse) -> None:
    assert "OCR" in refusal(make_pdf([[], []], pictures=True), "scan.pdf")
    assert "2 of its 2 pages" in refusal(make_pdf([[(76, 700, "水印")], []], pictures=True))
    assert "hold no text" in refusal(make_pdf([[]]))
    assert text(make_pdf([marks(LINES)], pictures=True)) == "\n".join(LINES) + "\n"


def test_broken_encrypted_and_endless(make_pdf: Make, refusal: Refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = make_pdf([marks(LINES)])
    assert "broken" in refusal(b"%PDF-1.4\nnothing")
    assert "broken" in refusal(make_pdf([]))
    locked = whole.replace(
        b"/Root 1 0 R",
        b"/Root 1 0 R/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<" + b"61" * 32 + b">/U<" + b"62" * 32 + b">>>"
        b"/ID[<61><61>]",
    )
    assert "encrypted" in refusal(locked)
    monkeypatch.setattr(pdf, "MAX_PAGES", 1)
    assert "2 pages and at most 1" in refusal(make_pdf([marks(LINES)] * 2))
    monkeypatch.setattr(pdf, "MAX_CHARACTERS", 10)
    assert "characters" in refusal(whole)


def test_no_time_left_is_a_refusal(make_pdf: Make, refusal: Refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_SECONDS", -1.0)
    assert "seconds" in refusal(make_pdf([marks(LINES)]))


def test_the_name_does_not_decide(make_pdf: Make, tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_bytes(make_pdf([marks(LINES)]))
    assert read_source(file).form == "pdf"


def test_a_page_printed_by_a_browser(tmp_path: Path, cells: Callable[..., list[list[list[str]]]]) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no chromium on this machine: the PDF of a browser is not tested")
    page = tmp_path / "page.html"
    page.write_text(
        "<meta charset=utf-8><style>body{font:16pt/28pt serif}p{text-indent:2em;margin:0}td{border:1px solid}"
        "table{border-collapse:collapse}</style><h1>青石县铝加工方案</h1><p>"
        + "到2027年，铝材产量达到12万吨。"
        * 8
        + "</p>"
        "<table><tr><td>项目<td>产能<tr><td>铝板带<td>5万吨</table>",
        encoding="utf-8",
    )
    target = tmp_path / "page.pdf"
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
               f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={target}", page.as_uri()]  # fmt: skip
    ran = subprocess.run(command, capture_output=True, timeout=120, check=False)
    if ran.returncode != 0 or not target.exists():
        pytest.skip("chromium could not print: the PDF of a browser is not tested")
    source = read_source(target)
    assert "".join(source.text.split()).startswith("青石县铝加工方案" + "到2027年，铝材产量达到12万吨。" * 8)
    assert cells(source) == [[["项目", "产能"], ["铝板带", "5万吨"]]]
