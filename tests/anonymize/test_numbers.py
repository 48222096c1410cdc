"""One person, one pseudonym; another key, another pseudonym."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.fields.numbers import canonical, pseudonym

ID = "11010519491231002X"
KEY = b"a key of the recipient's own ...."


@pytest.mark.parametrize(
    "writing",
    [
        ID.lower(), "G" + ID, "g" + ID, f" {ID} ", "110105 19491231 002X", "110105-19491231-002X",
        "１１０１０５１９４９１２３１００２Ｘ", "110105491231002", f"{ID[:6]}\u200b{ID[6:]}",
    ],
)  # fmt: skip
def test_all_writings_of_an_id_number_share_one_pseudonym(writing: str) -> None:
    assert pseudonym(writing, KEY) == pseudonym(ID, KEY)


def test_l_and_j_numbers_never_share_a_strangers_pseudonym() -> None:
    assert len({pseudonym(letter + ID, KEY) for letter in "GJL"}) == 3


@pytest.mark.parametrize(
    "writing", ["13812345678", "+8613812345678", "138-1234-5678", "008613812345678"]
)
def test_all_writings_of_a_phone_are_one(writing: str) -> None:
    assert canonical(writing) == "13812345678"


@pytest.mark.parametrize("nobody", ["", "无", "—", "暂无证件", "张三", "12", "a b@c.d", "\u200b"])
def test_what_identifies_nobody_has_no_pseudonym(nobody: str) -> None:
    assert pseudonym(nobody, KEY) is None


def test_a_pseudonym_is_26_characters_of_lower_case_base32() -> None:
    value = pseudonym(ID, KEY)
    assert value is not None
    assert len(value) == 26
    assert set(value) <= set("abcdefghijklmnopqrstuvwxyz234567")


def test_pseudonyms_under_two_keys_do_not_link() -> None:
    assert pseudonym(ID, KEY) != pseudonym(ID, b"another recipient's key ........")


@given(st.text(), st.binary(min_size=16, max_size=32))
def test_no_text_makes_the_pseudonym_raise_or_shine_through(text: str, key: bytes) -> None:
    value = pseudonym(text, key)
    assert value is None or (len(value) == 26 and value != text)
