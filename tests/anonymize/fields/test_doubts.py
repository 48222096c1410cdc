"""Do the values bear out the plan? What `tests/attacks/anonymize` does not show."""

import polars as pl
import pytest

from anonymize.fields.doubts import pupil_marks, refuse_rows_of_few
from kernel.errors import InvalidError

NUMBERS = [
    "G110101201205040019", " G110101201205040019 ", "110101201205040027", "13812345678",
    "E12345678", "无", "—", "", None, "１１０１０１２０１２０５０４００３５",
]  # fmt: skip


def test_whoever_has_no_number_has_no_mark() -> None:
    marks = pupil_marks(pl.Series("student_number", NUMBERS))
    assert marks.name == "student_number"
    assert [mark is None for mark in marks] == [False] * 5 + [True] * 4 + [False]
    assert marks[0] == marks[1]
    assert marks.drop_nulls().n_unique() == 5


def test_a_mark_tells_nothing_without_its_seed() -> None:
    column = pl.Series("student_number", NUMBERS)
    assert pupil_marks(column, 1).to_list() == pupil_marks(column, 1).to_list()
    assert not {*pupil_marks(column, 1).drop_nulls()} & {*pupil_marks(column, 2).drop_nulls()}


def test_rows_without_a_number_are_pupils_of_their_own() -> None:
    classes = pl.DataFrame({"sex": ["1"] * 3 + ["2"] * 3})
    marks = pl.DataFrame(
        {"student_number": pl.Series([1, 1, None, None, None, 2], dtype=pl.UInt64)}
    )
    refuse_rows_of_few(marks, classes, 2)
    with pytest.raises(InvalidError, match="不足 3 名学生"):
        refuse_rows_of_few(marks, classes, 3)
    with pytest.raises(InvalidError, match="同一学生"):
        refuse_rows_of_few(marks, pl.DataFrame(), 6)
