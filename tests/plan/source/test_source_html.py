"""html: the document without the site around it, encodings, tables, and everything that must be refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lvlian.plan.source import source_from_bytes

Refuse = Callable[..., str]
Cells = Callable[..., list[list[list[str]]]]

BODY = (
    "<p>一、工作目标。到2027年，全县铝加工产值达到30亿元，铝材产量达到12万吨，新引进企业1—2家。</p>"
    "<p>二、重点任务。推进铝板带、铝型材、铝铸件三条产业链延伸，落实用地、用电、用气等要素保障。</p>"
    "<p>责任单位：县工信局。<br>完成时限：2027年12月。</p>"
)
PROSE = [
    "一、工作目标。到2027年，全县铝加工产值达到30亿元，铝材产量达到12万吨，新引进企业1—2家。",
    "二、重点任务。推进铝板带、铝型材、铝铸件三条产业链延伸，落实用地、用电、用气等要素保障。",
    "责任单位：县工信局。",
    "完成时限：2027年12月。",
]
MENU = "<ul>" + "".join(f"<li><a href='/{i}'>政务公开栏目{i}</a></li>" for i in range(30)) + "</ul>"


def page(content: str, head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}<title>某县人民政府网</title><style>p{{}}</style></head><body>"
        f"<div class='top'>{MENU}</div><nav>当前位置：首页</nav><div class='main'>{content}</div><div class='side'>{MENU}</div>"
        "<footer>版权所有：某县人民政府办公室主办　备案号</footer><script>var a = '脚本';</script></body></html>"
    )


def lines(text: str | bytes, name: str = "plan.html") -> list[str]:
    source = source_from_bytes(text if isinstance(text, bytes) else text.encode(), name=name)
    assert source.form == "html"
    return source.text.splitlines()


@pytest.mark.parametrize(
    "holder",
    ["<div id='zoom'>{}</div>", "<div class='box TRS_Editor'>{}</div>", "<article>{}</article>", "<div>{}</div>", "{}",
     "<form id='aspnet'><div>{}</div></form>", "<table><tr><td>{}</td></tr></table>", "<div><span>{}</span></div>"],
)  # fmt: skip
def test_the_document_without_the_site(holder: str) -> None:
    assert lines(page(holder.format(BODY))) == PROSE


def test_the_head_before_the_content_is_kept() -> None:
    head = (
        "<h1>青石县铝加工提升方案</h1><div class='pages-date'>2025-03-01 来源：县政府办</div>"
        "<table><tr><td>索引号</td><td>A-1</td><td>发文字号</td><td>青政发〔2025〕3号</td></tr></table>"
        "<div class='share'>分享到</div>"
    )
    assert lines(page(f"{head}<div id='zoom'>{BODY}</div>")) == [
        "青石县铝加工提升方案",
        "2025-03-01 来源：县政府办",
        "索引号\tA-1\t发文字号\t青政发〔2025〕3号",
        *PROSE,
    ]


def test_a_title_that_the_content_repeats_is_not_written_twice() -> None:
    assert lines(page(f"<h1>方案 标题</h1><div id='zoom'><p>方案标题</p>{BODY}</div>")) == ["方案标题", *PROSE]


def test_the_title_of_the_meta_element_stands_in() -> None:
    assert (
        lines(page(f"<div id='zoom'>{BODY}</div>", "<meta name='ArticleTitle' content='青石县方案'>"))[0]
        == "青石县方案"
    )


def test_hidden_things_and_lists_of_links_are_left_out() -> None:
    content = (
        f"<div id='zoom'>{BODY}<p style='display: none'>隐藏文字</p><p hidden>隐藏</p><!-- 注释 -->"
        f"<div>{MENU}</div><div><p>附件：</p><a href='a'>附件1.项目表</a><a href='b'>附件2.清单</a><a>附件3</a></div></div>"
    )
    assert lines(page(content)) == [*PROSE, "附件：", "附件1.项目表附件2.清单附件3"]


def test_tables_are_rows_of_cells(cells: Cells) -> None:
    table = (
        "<table><caption>项目支撑表</caption><thead><tr><th>序号<th>项目<th colspan=2>时间</tr></thead>"
        "<tr><td rowspan=2>1<td><p>铝板带</p><p>改造</p><td>2025年<td>2026年<tr><td>铝型材<td>2026年</table>"
    )
    source = source_from_bytes(page(f"<div id=zoom>{BODY}{table}<p>表后</p></div>").encode(), name="a.html")
    assert source.text.splitlines()[4:] == [
        "项目支撑表",
        "序号\t项目\t时间",
        "1\t铝板带 改造\t2025年\t2026年",
        "\t铝型材\t2026年",
        "表后",
    ]
    assert cells(source) == [
        [
            ["序号", "项目", "时间", "时间"],
            ["1", "铝板带 改造", "2025年", "2026年"],
            ["1", "铝型材", "2026年"],
        ]
    ]


def test_offsets_of_tables_count_from_the_head(cells: Cells) -> None:
    table = "<table><tr><td>甲<td>乙<tr><td>丙<td>丁</table>"
    source = source_from_bytes(page(f"<h1>标题在前</h1><div id=zoom>{BODY}{table}</div>").encode(), name="a.html")
    assert source.text.startswith("标题在前\n")
    assert cells(source) == [[["甲", "乙"], ["丙", "丁"]]]


def test_tables_that_lay_out_the_page_are_no_tables() -> None:
    nested = f"<table><tr><td>{MENU}</td><td><table><tr><td>{BODY}</td></tr></table></td></tr></table>"
    source = source_from_bytes(page(nested).encode(), name="a.html")
    assert source.tables == () and source.text.splitlines() == PROSE


def test_white_space_is_that_of_a_browser() -> None:
    content = "<p>　　产值\n   达到&nbsp;&nbsp;30 \n亿元，铝<b>材</b>\n产量</p><pre>第一行\n第二行</pre>" + BODY
    assert lines(page(f"<div id=zoom>{content}</div>"))[:3] == ["产值达到 30 亿元，铝材产量", "第一行", "第二行"]


def test_ordered_lists_carry_their_numbers() -> None:
    content = (
        "<ol start=3><li>推进项目</li><li>（一）已有编号</li><li>2027年完成</li></ol><ul><li>不编号</li></ul>" + BODY
    )
    assert lines(page(f"<div id=zoom>{content}</div>"))[:4] == [
        "3.推进项目",
        "（一）已有编号",
        "5. 2027年完成",
        "不编号",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "iso-8859-1", "nonsense", ""])
def test_the_bytes_decide_on_the_encoding(encoding: str, declared: str) -> None:
    markup = page(f"<div id=zoom>{BODY}</div>").replace("<meta charset='utf-8'>", f"<meta charset='{declared}'>")
    source = source_from_bytes(markup.encode(encoding), name="a.html")
    assert source.text.splitlines() == PROSE and source.encoding == encoding


def test_other_encodings_that_the_page_declares() -> None:
    assert lines(f"<meta charset=big5><p>{'鋁加工產值達到' * 5}</p>".encode("big5")) == ["鋁加工產值達到" * 5]
    assert lines("<meta charset=iso-8859-1><p>déjà vu</p>".encode("latin-1")) == ["déjà vu"]


def test_a_page_without_chinese_is_accepted() -> None:
    assert lines("<html><body><p>The plan of the county.</p></body></html>") == ["The plan of the county."]


def test_html_is_known_by_its_content() -> None:
    assert lines(page(BODY), "plan.txt") == PROSE
    assert source_from_bytes("产值 < 30 亿元 <br> 不是网页".encode(), name="plan.txt").form == "txt"


def test_nesting_and_floods_are_refused_or_read_in_time(refusal: Refuse) -> None:
    assert "nested deeper" in refusal(b"<html>" + b"<div>" * 30_000 + b"x", "a.html")
    assert "nested deeper" in refusal(b"<html><p>" + b"<b>" * 30_000 + b"x", "a.html")
    assert lines("<html>" + "<div>" * 1500 + "深" + "</div>" * 1500) == ["深"]
    assert "tags" in refusal(b"<html>" + b"<p>" * 1_100_000, "a.html")
    assert lines(
        "<html><table><tr><td colspan=99999 rowspan=0>表</td><td>b</td></tr>" + "<tr></tr>" * 3000 + "</table>"
    )


def test_pages_without_text_are_refused(refusal: Refuse) -> None:
    assert "menus and links" in refusal(f"<html><body>{MENU}</body></html>".encode(), "a.html")
    assert "menus and links" in refusal(b"<html><body><script>x</script></body></html>", "a.html")
    assert "NUL" in refusal(b"<html><body>\0</body></html>", "a.html")
    assert "web archive" in refusal(b"From: x\r\nMIME-Version: 1.0\r\n\r\n<html>", "a.mht")
    assert "flat XML" in refusal(
        b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>', "a.doc"
    )
