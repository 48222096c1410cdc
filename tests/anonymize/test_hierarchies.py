"""Coarser values come from closed sets; what is outside a hierarchy is dropped."""

import re
from datetime import date
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.fields import regions
from anonymize.fields.hierarchies import HIERARCHIES
from anonymize.fields.words import ETHNICITIES
from anonymize.plan.treatment import HIERARCHIES as LEVELS

KINDS = ("divisions", "former_divisions")


@pytest.mark.parametrize(
    ("hierarchy", "level", "value", "coarser"),
    [
        ("birth_date", "month", "20120504", "201205"),
        ("birth_date", "year", "20120504", "2012"),
        ("birth_date", "year", "2012-05-04", "2012"),
        ("birth_date", "age_band", "20120504", "2010-2012"),
        ("birth_date", "age_band", "20130101", "2013-2015"),
        ("birth_date", "half_year", "20120630", "2012上半年"),
        ("birth_date", "half_year", "20120701", "2012下半年"),
        ("birth_date", "wide_age_band", "20120504", "2010-2015"),
        ("birth_date", "wide_age_band", "20091231", "2004-2009"),
        ("birth_date", "year", "20120230", None),
        ("birth_date", "year", "2012", None),
        ("birth_date", "month", "2012-0504", None),
        ("enrolment_month", "year", "201909", "2019"),
        ("enrolment_month", "year", "201913", None),
        ("enrolment_month", "year_band", "201909", "2019-2021"),
        ("grade", "stage", "01", "小学"),
        ("grade", "stage", "6", "小学"),
        ("grade", "stage", "07", "初中"),
        ("grade", "stage", "12", "高中"),
        ("grade", "band", "3", "1-3年级"),
        ("grade", "band", "10", "10-12年级"),
        ("grade", "compulsory", "09", "义务教育"),
        ("grade", "compulsory", "10", "高中"),
        ("grade", "stage", "13", None),
        ("grade", "stage", "00", None),
        ("ethnicity", "han_or_other", "01", "汉族"),
        ("ethnicity", "han_or_other", "汉族", "汉族"),
        ("ethnicity", "han_or_other", "05", "其他民族"),
        ("ethnicity", "han_or_other", "维吾尔族", "其他民族"),
        ("ethnicity", "han_or_other", "97", "其他民族"),
        ("ethnicity", "populous", "汉族", "汉族"),
        ("ethnicity", "populous", "05", "维吾尔族"),
        ("ethnicity", "populous", "土家族", "土家族"),
        ("ethnicity", "populous", "珞巴族", "其他少数民族"),
        ("ethnicity", "populous", "55", "其他少数民族"),
        ("ethnicity", "populous", "火星族", None),
        ("domicile_type", "kind", "1", "农业户口"),
        ("domicile_type", "kind", "非农业集体户口", "非农业户口"),
        ("domicile_type", "kind", "居民家庭户口", "居民户口"),
        ("domicile_type", "kind", "3", None),
        ("ethnicity", "han_or_other", "57", None),
        ("ethnicity", "han_or_other", "张三", None),
        ("division", "city", "440106", "440100"),
        ("division", "province", "440106", "440000"),
        ("division", "area", "440106", "中南"),
        ("division", "area", "710000", "港澳台"),
        ("division", "area", "990106", None),
        ("division", "city", "990106", None),
        ("division", "city", "4401", None),
        ("address", "county", "广东省广州市天河区中山大道12号", "广东省广州市天河区"),
        ("address", "city", "广东广州天河区中山大道12号", "广东省广州市"),
        ("address", "province", "广东省清水村3号", "广东省"),
        ("address", "city", "广东省清水村3号", None),
        ("address", "county", "北京朝阳区建国路1号", "北京市朝阳区"),
        ("address", "city", "北京市建国路1号", "北京市"),
        ("address", "county", "吉林市船营区1号", "吉林省吉林市船营区"),
        ("address", "county", "正定县1号", "河北省石家庄市正定县"),
        ("address", "county", "朝阳区1号", None),  # in Beijing and in Changchun
        ("address", "county", "广东省东莞市南城街道", "广东省东莞市"),  # a city without counties
        ("address", "county", "河南省济源市1号", "河南省济源市"),  # governed by the province
        ("address", "county", "香港特别行政区中西区皇后大道", "香港特别行政区中西区"),
        ("address", "county", "440106", "广东省广州市天河区"),
        ("address", "city", "440100", "广东省广州市"),
        ("address", "county", "440100", None),
        ("address", "county", "999999", None),
        ("address", "province", "小明家旁边的省", None),
        ("address", "area", "广东省清水村3号", "中南"),
        ("address", "area", "澳门特别行政区1号", "港澳台"),
    ],
)
def test_a_value_becomes_its_class_or_is_dropped(
    hierarchy: str, level: str, value: str, coarser: str | None
) -> None:
    assert HIERARCHIES[hierarchy](value, level) == coarser


def test_every_level_of_the_grammar_has_a_function() -> None:
    assert set(HIERARCHIES) == set(LEVELS)
    assert set(LEVELS["address"]) == {*regions.LEVELS, regions.AREA}


@given(st.one_of(st.text(), st.text(alphabet="0123456789省市区县北京广东州 -")))
def test_no_hierarchy_raises_and_all_answer_from_closed_sets(text: str) -> None:
    closed = re.compile(
        r"[0-9]{4}|[0-9]{6}|[0-9]{4}-[0-9]{4}|[0-9]{4}[上下]半年|[0-9]+-[0-9]+年级|小学|初中|高中"
        r"|义务教育|\S{1,5}族|农业户口|非农业户口|居民户口|[华东中西]\S|港澳台"
    )
    for hierarchy, levels in LEVELS.items():
        for level in levels:
            coarser = HIERARCHIES[hierarchy](text, level)
            if hierarchy == "address":
                assert coarser is None or coarser in NAMED_AREAS or level == regions.AREA
            else:
                assert coarser is None or closed.fullmatch(coarser)


def _codes() -> set[str]:
    data = files("anonymize").joinpath("data")
    texts = [data.joinpath(f"{kind}.txt").read_text("utf-8") for kind in KINDS]
    lines = [line for text in texts for line in text.splitlines()]
    return {line.split(" ")[0] for line in lines if not line.startswith("#")}


def _named_areas() -> frozenset[str]:
    return frozenset(
        area
        for code in _codes()
        for level in regions.LEVELS
        if (area := regions.generalize(code, level)) is not None
    )


NAMED_AREAS = _named_areas()
CODES = sorted(_codes())


def test_coarser_levels_of_an_address_are_prefixes_of_finer_ones() -> None:
    address = "四川省成都市武侯区人民南路1号"
    shown = [regions.generalize(address, level) or "" for level in ("province", "city", "county")]
    assert shown[1].startswith(shown[0])
    assert shown[2].startswith(shown[1])


def test_the_table_of_divisions_names_every_province_and_most_counties() -> None:
    assert sum(1 for area in NAMED_AREAS if area.endswith(("县", "区", "市", "旗"))) > 2800


DATES = st.dates(date(1950, 1, 1), date(2099, 12, 31)).map("{:%Y%m%d}".format)
VALUES = {
    "birth_date": DATES,
    "enrolment_month": DATES.map(lambda day: day[:6]),
    "grade": st.integers(1, 12).map(str),
    "ethnicity": st.sampled_from([*sorted(ETHNICITIES), "汉", *(f"{n:02}" for n in range(1, 57))]),
    "domicile_type": st.sampled_from(["1", "2", "居民户口", "农业家庭户口"]),
    "division": st.sampled_from(CODES),
    "address": st.sampled_from(CODES),
}


@given(st.data(), st.sampled_from(sorted(VALUES)))
def test_each_level_lies_within_the_next(data: st.DataObject, name: str) -> None:
    """Two values of one group stay together at every coarser level (full-domain generalization)."""
    groups: dict[tuple[str, str], str | None] = {}
    for value in data.draw(st.lists(VALUES[name], min_size=10, max_size=60)):
        labels = [HIERARCHIES[name](value, level) for level in LEVELS[name]]
        for level, (finer, coarser) in zip(LEVELS[name], pairwise(labels), strict=False):
            if finer is not None:
                assert coarser is not None
                assert groups.setdefault((level, finer), coarser) == coarser


@pytest.mark.parametrize(
    ("address", "county"),
    [
        ("北京市崇文区幸福大街1号", "北京市崇文区"),  # merged into 东城区 in 2010
        ("110103", "北京市崇文区"),
        ("崇文区幸福大街1号", "北京市崇文区"),
        ("北京市密云县1号", "北京市密云县"),  # a district since 2015, under another code
        ("湖北省襄樊市襄城区1号", "湖北省襄阳市襄城区"),  # renamed under the same code
        ("山东省莱芜市莱城区1号", "山东省莱芜市莱城区"),  # the city itself is gone
        ("重庆市南川市1号", "重庆市南川市"),  # two codes, one after the other
        ("陕西省西安市户县1号", "陕西省西安市户县"),
        ("户县1号", None),  # too short a name to be sure of
        ("北京市东城区1号", "北京市东城区"),  # in force: the former lists are not asked
    ],
)
def test_an_address_in_an_abolished_county_is_known_by_the_lists_of_its_years(
    address: str, county: str | None
) -> None:
    assert regions.generalize(address, "county") == county


def test_former_names_do_not_change_what_is_in_force() -> None:
    """Every code of the present list still answers with its present name."""
    lines = files("anonymize").joinpath("data/divisions.txt").read_text("utf-8").splitlines()
    names = dict(line.split(" ") for line in lines if not line.startswith("#"))
    counties = {
        c: n for c, n in names.items() if not c.endswith("00") and c[:2] not in ("81", "82")
    }
    assert len(counties) > 2800
    assert all((regions.generalize(c, "county") or "").endswith(n) for c, n in counties.items())
