"""Coarser values come from closed sets; what is outside a hierarchy is dropped."""

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.fields import regions
from anonymize.fields.hierarchies import HIERARCHIES
from anonymize.plan.treatment import HIERARCHIES as LEVELS


@pytest.mark.parametrize(
    ("hierarchy", "level", "value", "coarser"),
    [
        ("birth_date", "month", "20120504", "201205"),
        ("birth_date", "year", "20120504", "2012"),
        ("birth_date", "year", "2012-05-04", "2012"),
        ("birth_date", "age_band", "20120504", "2010-2012"),
        ("birth_date", "age_band", "20130101", "2013-2015"),
        ("birth_date", "year", "20120230", None),
        ("birth_date", "year", "2012", None),
        ("birth_date", "month", "2012-0504", None),
        ("enrolment_month", "year", "201909", "2019"),
        ("enrolment_month", "year", "201913", None),
        ("grade", "stage", "01", "小学"),
        ("grade", "stage", "6", "小学"),
        ("grade", "stage", "07", "初中"),
        ("grade", "stage", "12", "高中"),
        ("grade", "stage", "13", None),
        ("grade", "stage", "00", None),
        ("ethnicity", "han_or_other", "01", "汉族"),
        ("ethnicity", "han_or_other", "汉族", "汉族"),
        ("ethnicity", "han_or_other", "05", "其他民族"),
        ("ethnicity", "han_or_other", "维吾尔族", "其他民族"),
        ("ethnicity", "han_or_other", "97", "其他民族"),
        ("ethnicity", "han_or_other", "57", None),
        ("ethnicity", "han_or_other", "张三", None),
        ("division", "city", "440106", "440100"),
        ("division", "province", "440106", "440000"),
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
    ],
)
def test_a_value_becomes_its_class_or_is_dropped(
    hierarchy: str, level: str, value: str, coarser: str | None
) -> None:
    assert HIERARCHIES[hierarchy](value, level) == coarser


def test_every_level_of_the_grammar_has_a_function() -> None:
    assert set(HIERARCHIES) == set(LEVELS)
    assert set(LEVELS["address"]) == set(regions.LEVELS)


@given(st.one_of(st.text(), st.text(alphabet="0123456789省市区县北京广东州 -")))
def test_no_hierarchy_raises_and_all_answer_from_closed_sets(text: str) -> None:
    closed = re.compile(r"[0-9]{4}|[0-9]{6}|[0-9]{4}-[0-9]{4}|小学|初中|高中|汉族|其他民族")
    for hierarchy, levels in LEVELS.items():
        for level in levels:
            coarser = HIERARCHIES[hierarchy](text, level)
            if hierarchy == "address":
                assert coarser is None or coarser in NAMED_AREAS
            else:
                assert coarser is None or closed.fullmatch(coarser)


def _named_areas() -> frozenset[str]:
    lines = files("anonymize").joinpath("data/divisions.txt").read_text("utf-8").splitlines()
    codes = [line.split(" ")[0] for line in lines if not line.startswith("#")]
    return frozenset(
        area
        for code in codes
        for level in regions.LEVELS
        if (area := regions.generalize(code, level)) is not None
    )


NAMED_AREAS = _named_areas()


def test_coarser_levels_of_an_address_are_prefixes_of_finer_ones() -> None:
    address = "四川省成都市武侯区人民南路1号"
    shown = [regions.generalize(address, level) or "" for level in ("province", "city", "county")]
    assert shown[1].startswith(shown[0])
    assert shown[2].startswith(shown[1])


def test_the_table_of_divisions_names_every_province_and_most_counties() -> None:
    assert sum(1 for area in NAMED_AREAS if area.endswith(("县", "区", "市", "旗"))) > 2800
