"""What a wrong figure looks like: the rule with the likeliest arithmetic, the runner-up, and nothing where nothing fits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.chain.account.kinds import KindsError, Labelled, likely, load_kinds


@pytest.mark.parametrize(
    ("reported", "implied", "sd", "more", "code", "line"),
    [
        (61_460, 6_140, 54, {"own_sd": 307, "unit": "t"}, "tenfold", "61,460 ÷ 10 = 6,146 = 推得 6,140，差 +6"),
        (0.64, 641, 62, {"own_sd": 2, "unit": "t"}, "unit", "0.64 × 1,000 = 640 = 推得 641，差 −1"),
        (12_124, 121_240_000, 3e5, {"unit": "kWh"}, "unit", "12,124 × 10,000 = 121,240,000 = 推得 121,240,000，差 0"),
        (-500, 498, 20, {"own_sd": 10, "unit": "t"}, "sign", "−(−500) = 推得 498，差 +2"),
        (14_280, 12_483, 20, {"own_sd": 10, "unit": "t"}, "digits", "14,280 → 12,480 = 推得 12,483，差 −3"),
        (0, 12_480, 20, {"own_sd": 10, "unit": "t"}, "blank", "0 ≠ 推得 12,480"),
        (1_020, 1_520, 110, {"own_sd": 20, "previous": 1_020}, "stale", "1,020 = 上月 1,020"),
        (41_200, 39_801, 160, {"own_sd": 200, "unit": "t"}, "over", "41,200 − 推得 39,801 = +1,399（3.5%）"),
        (38_100, 39_801, 160, {"own_sd": 200, "unit": "t"}, "under", "38,100 − 推得 39,801 = −1,701（4.3%）"),
        (12_000, 6_005, 30, {"own_sd": 30, "unit": "t"}, "double", "12,000 ÷ 2 = 6,000 = 推得 6,005，差 −5"),
    ],
)  # fmt: skip
def test_the_likeliest_kind_and_its_line(reported, implied, sd, more, code, line):
    first = likely(reported, implied, sd, **more)[0]
    assert (first.code, first.arithmetic) == (code, (line,))
    assert first.zh
    assert first.en
    assert first.weight > 0.5


def test_a_party_left_out_is_named_and_the_runner_up_too():
    others = [
        Labelled("甲厂", 6_093, 40, "plant A"),
        Labelled("乙厂", 6_294, 24, "plant B"),
        Labelled("丙厂", 1_200, 10),
    ]
    first, second, *_ = likely(61_300, 67_380, 120, own_sd=60, unit="t", others=others)
    assert (first.code, first.like_zh, first.like_en) == ("missing", "漏甲厂", "plant A left out")
    assert first.fits
    assert first.arithmetic_en == ("61,300 + plant A 6,093 = 67,393 = implied 67,380, off by +13",)
    assert (second.like_zh, second.fits) == ("漏乙厂", True)


def test_a_party_counted_too_is_named():
    first = likely(47_692, 39_801, 60, own_sd=60, unit="t", others=[Labelled("宏盛", 7_891, 30)])[0]
    assert (first.code, first.like_zh) == ("double", "多计宏盛")


def test_what_is_equal_to_last_month_need_not_be_stale_if_it_fits_another_rule_exactly():
    codes = [k.code for k in likely(61_460, 6_146, 1, own_sd=1, unit="t", previous=61_460)]
    assert {"tenfold", "stale"} == set(codes[:2])


def test_figures_are_shown_in_the_unit_of_the_page():
    first = likely(121_240_000, 1_212_400_000, 2e6, unit="kWh", scale=1e4)[0]
    assert first.arithmetic == ("12,124 × 10 = 121,240 = 推得 121,240，差 0",)


@given(
    implied=st.floats(1.0, 1e8),
    off=st.floats(-1.5, 1.5),
    factor=st.sampled_from([10.0, 0.1, 1000.0, 0.001]),
    relative=st.floats(0.001, 0.01),
)
def test_a_slip_by_a_factor_is_always_recognised(implied, off, factor, relative):
    sd = implied * relative
    meant = implied + off * sd
    first = likely(meant * factor, implied, sd, own_sd=meant * factor * relative, unit="t")[0]
    assert first.code in ("tenfold", "unit")
    assert first.fits
    assert first.meant == pytest.approx(meant, rel=1e-9)


@given(
    reported=st.floats(-1e12, 1e12),
    implied=st.floats(-1e12, 1e12),
    sd=st.floats(0, 1e9),
    own=st.floats(0, 1e9),
    other=st.floats(-1e9, 1e9),
    unit=st.sampled_from(["t", "kWh", "yuan", "1", "", "m3"]),
)
def test_any_figures_give_an_answer(reported, implied, sd, own, other, unit):
    kinds = likely(reported, implied, sd, own_sd=own, unit=unit, previous=reported, others=[Labelled("x", other)])
    assert kinds
    assert sum(k.weight for k in kinds) <= 1 + 1e-9
    assert all(k.weight >= 0 and math.isfinite(k.weight) for k in kinds)
    assert {"over", "under"} & {k.code for k in kinds}
    assert [k.weight for k in kinds] == sorted((k.weight for k in kinds), reverse=True)


@pytest.mark.parametrize("field", ["reported", "implied", "sd", "own_sd"])
def test_what_is_not_finite_is_refused(field):
    figures = {"reported": 1.0, "implied": 2.0, "sd": 1.0, "own_sd": 0.0} | {field: np.nan}
    with pytest.raises(ValueError, match=field):
        likely(figures["reported"], figures["implied"], figures["sd"], own_sd=figures["own_sd"])


def test_a_file_of_ones_own_is_laid_over(tmp_path):
    path = tmp_path / "kinds.yaml"
    path.write_text("units:\n  t:\n    - {factor: 907.2, zh: 按短吨填, en: short tons}\n", encoding="utf-8")
    table = load_kinds(path)
    first = likely(1.0, 907, 2, unit="t", table=table)[0]
    assert (first.code, first.like_zh) == ("unit", "按短吨填")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected a mapping"),
        ("a: [", "not YAML"),
        ("colour: {}", "field colour: unknown"),
        ("shares: 3", "field shares: expected a dict"),
        ("shares: {unit: 2}", "field shares.unit: is 2"),
        ("units: {t: 3}", "field units.t: expected a list"),
        ("units: {t: [{factor: 0, zh: a, en: b}]}", "factor is 0"),
        ("units: {t: [7]}", "field units.t: found 7"),
        ("tenfold: [{factor: 10, share: -1}]", "share is -1"),
        ("names: {unit: 单位}", "field names.unit: expected zh and en"),
        ("shares: {7: .nan}", "field shares.7"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(tmp_path, text, words):
    path = tmp_path / "kinds.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KindsError) as caught:
        load_kinds(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith("kinds.yaml")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "kinds.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(KindsError, match="not UTF-8"):
        load_kinds(path)
    with pytest.raises(KindsError, match="cannot be read"):
        load_kinds(tmp_path / "none.yaml")
