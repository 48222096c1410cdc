"""What was found is taken out: nothing of it is left, and the stand-ins tell nothing."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymize.text.replacement import Style, replace_column
from anonymize.text.scan import Known, scan
from kernel.errors import InvalidError
from tests.anonymize.text.measuring import remarks

KEY = b"sixteen bytes and more"
RECORD = Known(
    ("张小明", "张建国", "欧阳雪", "阿依古丽·买买提"),
    ("沂水县第一中学",),
    ("沂水县沂城街道幸福小区3号楼2单元501室",),
)


def one(text: str, style: Style = Style.SURROGATE, record: Known | None = RECORD) -> str:
    [made] = replace_column([text], [record], style, key=KEY)
    return made or ""


def test_redaction_names_the_kind_alone() -> None:
    assert one("张小明，电话13812345678。", Style.REDACT) == "〔姓名〕，电话〔电话〕。"


def test_all_variants_of_a_known_person_have_one_surrogate() -> None:
    made = one("张小明、小明、張小明、张 小 明、张某明。")
    assert re.fullmatch("(同学[A-Z])(、\\1){4}。", made), made


def test_different_people_have_different_surrogates_and_a_given_name_follows_its_full_name() -> (
    None
):
    made = one("姓名：李文博，姓名：王诗琪。", record=None)
    first, second = re.findall("同学[A-Z]", made)
    assert first != second


def test_one_group_is_consistent_over_its_texts_and_groups_are_not_linked() -> None:
    texts = ["张小明来了", "小明走了"]
    same = replace_column(texts, [RECORD] * 2, Style.SURROGATE, key=KEY, groups=["p", "p"])
    assert {re.findall("同学[A-Z]", text or "")[0] for text in same} == {(same[0] or "")[:3]}
    many = replace_column(["张小明"] * 200, [RECORD] * 200, Style.SURROGATE, key=KEY)
    drawn = [many.count(f"同学{letter}") for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    assert sum(drawn) == 200
    assert max(drawn) < 30, "the same name in 200 pupils must not have one letter"


def test_a_surrogate_tells_neither_order_nor_number() -> None:
    names = [f"姓名：王{given}" for given in "伟芳娜敏静丽强磊军洋"]
    made = replace_column(names, [], Style.SURROGATE, key=KEY, groups=["all"] * 10)
    letters = [text[-1] for text in made if text]
    assert len(set(letters)) == 10
    assert letters != sorted(letters)
    assert set(letters) != set("ABCDEFGHIJ")


def test_more_things_than_letters_still_differ() -> None:
    texts = [f"电话138123{number:05}" for number in range(150)]
    made = replace_column(texts, [], Style.SURROGATE, key=KEY, groups=["all"] * 150)
    assert len(set(made)) == 150


def test_the_same_key_gives_the_same_bytes_and_another_key_others() -> None:
    texts = [f"姓名：王{given}" for given in "伟芳娜敏静丽强磊军洋"]
    drawn = [
        replace_column(texts, [], Style.SURROGATE, key=key) for key in (KEY, KEY, b"another" * 3)
    ]
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


PIECES = (
    "张小明", "小明", "张同学", "張 小 明", "欧阳雪", "雪儿", "阿依古丽买买提", "沂水一中",
    "第一中学",
    "县一中", "幸福小区", "3号楼2单元501室", "13812345678", "11010519491231002X",
    "微信abc_1234",
    "三年级2班", "2012年3月5日出生",
    "育才小学", "和", "在", "的", "，", "同学", "一", "1", " ", "妈妈",
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=7).map("，".join), st.sampled_from(Style))
def test_a_second_scan_finds_nothing_of_the_original(text: str, style: Style) -> None:
    made = one(text, style)
    marks = re.compile("〔[^〕]*〕|同学[A-Z]+|[一-鿿]{0,4}[甲乙丙丁戊己庚辛壬癸]+")
    ours = {place for mark in marks.finditer(made) for place in range(*mark.span())}
    hits = scan([made], [RECORD])
    assert [
        made[hit.start : hit.end] for hit in hits if not ours >= {*range(hit.start, hit.end)}
    ] == []
    for value in ("张小明", "小明", "13812345678", "沂水一中", "11010519491231002X", "abc_1234"):
        assert value not in made


@pytest.mark.parametrize("style", Style)
def test_remarks_lose_all_that_is_marked_and_keep_the_rest(style: Style) -> None:
    texts = remarks()
    made = replace_column([text.text for text in texts], [], style, key=KEY)
    for text, result in zip(texts, made, strict=True):
        assert result is not None
        assert [s for _, s, e in text.spans if text.text[s:e] in result] == []
        if not text.spans:
            assert result == text.text


def test_what_is_no_text_is_dropped() -> None:
    texts = [None, "", "  ", "\ud800", "好"]
    assert replace_column(texts, [], Style.REDACT, key=b"") == [None, None, None, None, "好"]


def test_surrogates_without_a_secret_are_refused() -> None:
    with pytest.raises(InvalidError, match="密钥太短"):
        replace_column(["张三"], [], Style.SURROGATE, key=b"short")
