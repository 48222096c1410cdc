"""Names of all kinds under the mask, and what two masks tell together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.fields import masks
from anonymize.fields.words import COMPOUND_SURNAMES


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("李〇", "李*"),  # U+3007 is a number to Unicode and a character to parents
        ("〇", "*"),
        ("佐々木", "佐**"),
        ("㐂田", "㐂*"),  # extension A
        ("\U00020bb7野", "\U00020bb7*"),  # extension B
        ("王\U0002b740", "王*"),  # extension D
        ("\U00030edd一", "\U00030edd*"),  # extension G
        ("\uf9f4一", "林*"),  # a compatibility form of 林
        ("⼀二", "一*"),  # a radical's form of 一
        ("司马相如", "司马**"),
        ("司馬相如", "司馬**"),
        ("爱新觉罗·启功", "爱**"),
        ("迪丽热巴·迪力木拉提", "迪**"),
        ("卓玛·央金", "卓**"),
        ("阿卜杜拉 · 买买提", "阿**"),
        ("张王小明", "张**"),
        ("ZHANG SAN", "Z**"),
        ("Zhang-San", "Z**"),
        ("O'Neil", "O**"),
        ("María José", "M**"),
    ],
)
def test_every_kind_of_name_shows_its_beginning_only(name: str, shown: str) -> None:
    assert masks.name(name) == shown


@pytest.mark.parametrize("surname", sorted(COMPOUND_SURNAMES))
def test_a_compound_surname_is_shown_whole_and_the_given_name_never(surname: str) -> None:
    assert masks.name(surname + "明") == surname + "*"
    assert masks.name(surname + "明华") == surname + "**"


CLASS = [
    ("张伟", "Zhang Wei"), ("张敏", "Zhang Min"), ("张晓明", "Zhang Xiaoming"),
    ("赵敏", "Zhao Min"), ("周敏", "ZHOU MIN"), ("欧阳娜娜", "Ouyang Nana"), ("李娜", "Li Na"),
    ("刘洋", "Liu Yang"), ("吕洋", "Lü Yang"), ("陆洋", "Lu Yang"), ("单田芳", "Shan Tianfang"),
]  # fmt: skip


def test_the_pinyin_mask_tells_nothing_that_the_name_mask_hides() -> None:
    """Together both masks leave every candidate whom the mask of the name alone leaves."""
    for name, pinyin in CLASS:
        alone = {n for n, _ in CLASS if masks.name(n) == masks.name(name)}
        both = {
            n
            for n, p in CLASS
            if masks.name(n) == masks.name(name) and masks.name(p) == masks.name(pinyin)
        }
        assert both == alone


def test_initials_of_every_syllable_would_tell_more() -> None:
    """The control: a mask such as `Z. W.` picks one of two whom the name's mask leaves."""
    initials = {pinyin: "".join(part[0] for part in pinyin.split()) for _, pinyin in CLASS}
    left = {initials[p] for n, p in CLASS if masks.name(n) == "张*"}
    assert len(left) == 2


@given(st.text(alphabet="张三〇々𠮷欧阳·• aZ'\u200b\ufe00", max_size=12))
def test_no_name_shows_a_character_of_the_given_name(name: str) -> None:
    shown = masks.name(name) or ""
    letters = shown.rstrip("*")
    assert len(letters) <= 2
    assert len(letters) < 2 or letters in COMPOUND_SURNAMES
    assert 1 <= len(shown) - len(letters) <= 2 or not shown


def test_a_class_list_completes_a_mask_only_to_those_of_one_surname() -> None:
    """Attack: the class list is known. The control, a mask of the middle, leaves one candidate."""

    def middle(name: str) -> str:
        return name[0] + "*" + name[2:]

    names = ["张伟", "张敏", "张晓明", "张小红", "李娜", "李明", "欧阳修", "欧阳建"]
    for name in names:
        assert sum(masks.name(one) == masks.name(name) for one in names) >= 2
    assert [one for one in names if middle(one) == middle("张晓明")] == ["张晓明"]
