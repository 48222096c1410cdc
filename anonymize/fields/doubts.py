"""Do the values bear out what the plan says of a column? What they belie is refused. Heavy: polars.

A plan knows columns by name. These checks look at what stands in them, once for the whole table.
"""

from collections.abc import Collection
from typing import Final

import polars as pl

from anonymize.fields import numbers
from anonymize.plan.plan import Plan
from anonymize.plan.treatment import Kind
from kernel.errors import InvalidError

_PUPIL: Final = "\0pupil"
OWN_NUMBERS: Final = ("student_number", "document_number", "local_number")
"""Columns that name the pupil of the row, released or not."""

SHORTEST: Final = 11
"""Characters of the shortest number that is looked for."""
_CITIZEN: Final = r"^\s*[Gg]?[1-9][0-9]{16}[0-9Xx]\s*$"
_OTHERS: Final = r"^\s*(?:(?:\+?86)?1[3-9][0-9]{9}|[^@\s]+@[^@\s]+\.[A-Za-z]{2,})\s*$"
"""Mobile phones and mail addresses."""
_NUMBER: Final = r"^(?:[GJL]?[1-9][0-9]{16}[0-9X]|[0-9]{6,20})$"
"""What is a number at first sight; all else is asked one by one whether it names anybody."""
_SAMPLE: Final = 1000
_FEW_ROWS: Final = 20
_REPEATED: Final = 5
"""Rows a token, on average: more than children have siblings at school."""
_EVENT_ROWS: Final = 20
_EVENT_SHARE: Final = 0.05
"""A day that stands in so many rows, and in more than this share of them, is an event of many."""


def is_kept(plan: Plan, name: str) -> bool:
    """Tell whether a field's values may leave as they are."""
    return plan.fields[name].kind is Kind.KEEP and name not in plan.hierarchies


def is_keyed(plan: Plan, name: str) -> bool:
    """Tell whether a field leaves as tokens made under the key."""
    return plan.fields[name].kind in (Kind.PSEUDONYM, Kind.FORMAT_PRESERVING)


def is_suspect(column: pl.Series) -> bool:
    """Tell whether there is any value that `refuse_identifiers` would look into."""
    if not (column.str.len_chars() >= SHORTEST).any():
        return False
    return bool((column.str.contains(_CITIZEN) | column.str.contains(_OTHERS)).any())


def refuse_identifiers(column: pl.Series) -> None:
    """Raise InvalidError if a column that leaves as it is holds ID numbers, phones or addresses.

    That is, if at least two of its distinct values are such, and at least half of them. Single ones
    among other values are found by the scan of what leaves.
    """
    if not is_suspect(column):
        return
    known = column.drop_nulls().unique()
    citizens = known.filter(known.str.contains(_CITIZEN))
    sample = citizens.head(_SAMPLE)
    genuine = sum(_is_genuine(value) for value in sample) / max(len(sample), 1) * len(citizens)
    found = genuine + int(known.str.contains(_OTHERS).sum())
    if found > 1 and 2 * found >= len(known):
        raise InvalidError(
            f"“{column.name}”中是证件号、电话或邮箱，不能原样提供",
            field=column.name, rule="直接标识符不因字段改名而可以提供",
            remedy="请改用掩码、假名或不提供",
        )  # fmt: skip


def refuse_few_tokens(name: str, tokens: int, rows: int) -> None:
    """Raise InvalidError if keyed tokens repeat so often that ranks of frequency open them.

    `tokens` different ones stand in `rows` rows.
    """
    if rows >= _FEW_ROWS and enough_tokens(rows) > tokens:
        raise InvalidError(
            f"“{name}”的取值太少：每个值平均占 {_REPEATED} 行以上，按频次即可还原",
            field=name, rule="假名与保留格式加密只用于直接标识符",
            remedy="请改用泛化或不提供",
        )  # fmt: skip


def enough_tokens(rows: int) -> int:
    """Return how many different tokens are enough for so many rows."""
    return -(-rows // _REPEATED)


def days(column: pl.Series) -> pl.DataFrame:
    """Return in how many `rows` each day of a column stands, under the column's name."""
    return column.drop_nulls().value_counts(name="rows")


def refuse_event(found: pl.DataFrame) -> None:
    """Raise InvalidError if one of the `days` stands in 20 rows or more and over 5 % of them.

    Whoever knows of such an event reads each pupil's shift off the moved day.
    """
    if found.is_empty():
        return
    most, rows = int(found["rows"].max()), int(found["rows"].sum())  # type: ignore[arg-type]  # counts are whole numbers
    if most >= _EVENT_ROWS and most > _EVENT_SHARE * rows:
        name = found.columns[0]
        raise InvalidError(
            f"“{name}”中有一天占了 {most} 行：知道这一天的人可以算出这些学生的平移天数",
            field=name,
            rule="日期平移不得带有公知的日期",
            remedy="请改用泛化或不提供",
        )


def pupil_columns(plan: Plan, columns: Collection[str]) -> list[str]:
    """Return which of a table's columns tell pupils apart: the plan's subject, and OWN_NUMBERS."""
    wanted = dict.fromkeys((*([plan.subject] if plan.subject else ()), *OWN_NUMBERS))
    return [name for name in wanted if name in columns]


def pupil_marks(column: pl.Series, seed: int = 0) -> pl.Series:
    """Return a mark of each row's pupil from a column of numbers; None for who has none there.

    A mark is a hash under the seed: under one that nobody knows it does not tell the number.
    """
    written = column.cast(pl.String).str.strip_chars()
    odd = written.filter(~written.str.contains(_NUMBER)).unique().drop_nulls()
    nobody = [one for one in odd if numbers.canonical(one) is None]
    known = written.is_not_null() & ~written.is_in(nobody)
    marks = pl.select(pl.when(known).then(written.hash(seed))).to_series()
    return marks.alias(column.name)


def refuse_rows_of_few(marks: pl.DataFrame, classes: pl.DataFrame, least: int) -> None:
    """Raise InvalidError if a class of rows is of fewer than `least` pupils: k is not of rows.

    Row by row, `marks` are the pupils by each column that tells them apart (`pupil_marks`), and
    `classes` the labels of the released rows. Who has no number counts as one pupil.
    """
    for name in marks.columns:
        if not marks[name].drop_nulls().is_duplicated().any():
            continue
        counted = pl.DataFrame([*classes, marks[name].alias(_PUPIL)])
        by = counted.group_by(classes.columns) if classes.width else counted.group_by(pl.lit(0))
        pupils = pl.col(_PUPIL).drop_nulls().n_unique() + pl.col(_PUPIL).null_count()
        if (by.agg(pupils)[_PUPIL] < least).any():
            raise InvalidError(
                f"有的等价类不足 {least} 名学生：同一学生（{name}）有几行，而 k 须以学生计",
                field=name, rule="k-匿名（GB/T 37964-2019）", remedy="请先整理成每名学生一行",
            )  # fmt: skip


def _is_genuine(value: str) -> bool:
    number = numbers.compact(value).removeprefix("G")
    return numbers.check_character(number[:17]) == number[17]
