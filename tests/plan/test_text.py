"""The reading view: rejoined lines, folded characters, exact places in the original."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lvlian.plan.text import read_text


def lines(source: str) -> list[str]:
    text = read_text(source)
    return [text.clean[p.start : p.end] for p in text.paragraphs]


def test_a_page_break_in_mid_sentence_is_rejoined() -> None:
    source = "（一）工作目标。到二〇二八年，全县力争建成以再生铝为主的循环经济体系，带动上下游企业在园区集\n\n聚发展，实现产值100亿元。\n\n（二）基本原则。"
    assert lines(source) == [
        "（一）工作目标。到二〇二八年，全县力争建成以再生铝为主的循环经济体系，带动上下游企业在园区集聚发展，实现产值100亿元。",
        "（二）基本原则。",
    ]


def test_hard_wrapped_lines_are_rejoined_and_headings_stay() -> None:
    body = "为加快推进全市铝产业延链补链强链着力提高就地转化水平结合我市实际制定本方案请认真组织"
    wrapped = [body[i : i + 20] for i in range(0, len(body), 20)]
    source = "\n".join(
        [
            "一、总体要求",
            *wrapped[:-1],
            wrapped[-1] + "。",
            *wrapped[:-1],
            wrapped[-1] + "。",
            "二、重点任务",
            *wrapped[:-1],
            wrapped[-1] + "。",
        ]
    )
    assert lines(source) == ["一、总体要求", body + "。", body + "。", "二、重点任务", body + "。"]


def test_spaces_in_figures_and_full_width_characters_are_folded() -> None:
    assert lines("到２０２７ 年,产能达到 2 0 3 万吨(含 技改),产值 1 500 亿元") == [
        "到2027年，产能达到203万吨（含技改），产值1500亿元"
    ]
    assert lines("2024 2025 两年") == ["2024 2025两年"]


def test_a_duty_line_is_never_glued_to_what_stands_before() -> None:
    assert (
        lines(
            "推动园区天然气管线和供热管网建设并加强运行调度工作确保稳定供应满足企业生产的需要和居民生活\n责任单位：县发展改革局"
        )[1]
        == "责任单位：县发展改革局"
    )


def test_straight_quotation_marks_become_pairs() -> None:
    assert lines('形成"甲—乙"链条和"丙"') == ["形成“甲—乙”链条和“丙”"]


def test_a_quote_is_cut_from_the_original() -> None:
    source = "实现产值 180\n\n亿元以上（２０２２ 年 124 亿元）。"
    text = read_text(source)
    at = text.clean.index("180")
    quote, start = text.quote(at, at + len("180亿元以上"))
    assert quote == "180\n\n亿元以上"
    assert source[start : start + len(quote)] == quote
    assert text.printed(at, at + 7) == "180亿元以上"


@given(st.text(alphabet=st.sampled_from('一二（）()，。；\n \t\u30001２3年亿元“”"《》—-第章甲乙:：'), max_size=300))
def test_every_clean_character_knows_its_place(source: str) -> None:
    text = read_text(source)
    assert len(text.clean) == len(text.origin)
    assert list(text.origin) == sorted(text.origin)
    for paragraph in text.paragraphs:
        assert 0 <= paragraph.start <= paragraph.end <= len(text.clean)
        quote, start = text.quote(paragraph.start, paragraph.end)
        assert source[start : start + len(quote)] == quote
    # Nothing but white space and the marks of converters is lost.
    kept = [i for i, c in enumerate(source) if not c.isspace()]
    assert set(kept) - set(text.origin) == set() or "**" in source or "[bookmark" in source


def test_ten_thousand_open_brackets_are_read_in_one_pass() -> None:
    text = read_text("（" * 100_000 + "产值100亿元")
    assert text.clean.endswith("产值100亿元")
