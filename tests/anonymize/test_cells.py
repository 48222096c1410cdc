"""No released value runs in a spreadsheet (OWASP, CSV Injection)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.cells import neutralize

STARTERS = "=+-@\t\r\n\0＝＋－＠"


@pytest.mark.parametrize("starter", STARTERS)
def test_a_cell_that_would_run_gets_an_apostrophe(starter: str) -> None:
    assert neutralize(starter + "cmd|' /C calc'!A0") == "'" + starter + "cmd|' /C calc'!A0"


@pytest.mark.parametrize("hidden", [" =1", "\u3000＝1", "\ufeff=1", "\u200b@x", "\x01=1", " \t-1"])
def test_blanks_and_invisible_characters_do_not_help_a_formula_through(hidden: str) -> None:
    assert neutralize(hidden) == "'" + hidden


@pytest.mark.parametrize(
    "plain", ["", "张三", "1-2", "a=b", "2010-2012", "z***@qq.com", " x", "'=1"]
)
def test_plain_values_stay_as_they_are(plain: str) -> None:
    assert neutralize(plain) == plain


def test_a_negative_number_is_text_too() -> None:
    assert neutralize("-1") == "'-1"


@given(st.text() | st.text(alphabet=STARTERS + " '1a"))
def test_nothing_is_taken_away_and_twice_is_as_once(value: str) -> None:
    safe = neutralize(value)
    assert safe in (value, "'" + value)
    assert neutralize(safe) == safe
    assert not safe.startswith(tuple(STARTERS))
