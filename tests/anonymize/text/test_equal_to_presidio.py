"""The fast scan finds what presidio's own engine finds with the same rules: no more, no less."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymize.text import presidio
from anonymize.text.findings import Hit
from anonymize.text.scan import FINDERS, Kind, hits
from tests.anonymize.text.measuring import remarks

PIECES = (
    "11010519491231002X", "13812345678", "138 7312 4567", "0539-2251234", "电话2251234",
    "粤B12345",
    "a@b.cn", "学籍号", "G", "学号2023040512", "护照", "E12345678", "C1234 5678", "微信号abc_123",
    "QQ：10001", "6222021234567890128", "卡号", "2012年3月5日",
    "出生", "生日", "男，", "2012-03-05",
    "三年级2班", "高一（3）班", "初二三班", "班", "沂水县", "山东省", "临沂市", "实验小学", "一中",
    "第一中学", "育才", "幼儿园", "王家庄村", "幸福路12号", "3号楼2单元501室", "小区", "街道", "镇",
    "在", "和", "的", "同学", "张", "王老师", "阿依古丽·买买提", "姓名：张三", "，", "。", " ", "1",
    "一", "〇", "\n", "\0", "１２", "a",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


@cache
def engine() -> Any:  # noqa: ANN401  presidio is untyped
    return presidio.engine()


@cache
def slow(text: str) -> list[Hit]:
    return presidio.analyze(engine(), text)


@settings(max_examples=200)
@given(st.lists(TEXTS | st.text(max_size=30), min_size=1, max_size=4))
def test_generated_texts_give_the_same_findings(texts: list[str]) -> None:
    assert list(hits(texts)) == [slow(text) for text in texts]


def test_remarks_give_the_same_findings() -> None:
    texts = [one.text for one in remarks()]
    assert list(hits(texts)) == [slow(text) for text in texts]


@pytest.mark.parametrize("gone", sorted(Kind))
def test_a_rule_that_the_scan_forgets_would_be_noticed(gone: str) -> None:
    texts = [one.text for one in remarks()] + ["姓名：张三"]
    kept = frozenset(Kind) - {gone}
    assert list(hits(texts, kinds=kept)) != [slow(text) for text in texts]


def test_the_engine_is_stock_and_has_one_recognizer_a_kind() -> None:
    kinds = [one.supported_entities for one in engine().registry.recognizers]
    assert sorted(kinds) == sorted([finder.kind] for finder in FINDERS)
    assert sorted(kinds) == sorted([str(kind)] for kind in Kind)
    assert type(engine()).__module__ == "presidio_analyzer.analyzer_engine"
    assert type(engine().context_aware_enhancer).__name__ == "LemmaContextAwareEnhancer"
