"""Do the values bear out what the plan says of a column? What they belie is refused. Heavy: polars.

A plan knows columns by name. These checks look at what stands in them, once for the whole table.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from anonymize.fields import numbers
from anonymize.plan.plan import Plan
from kernel.errors import InvalidError

_PUPIL: Final = "\0pupil"
OWN_NUMBERS: Final = ("student_number", "document_number", "local_number")
"""Columns that name the pupil of the row, released or not."""

_SHORTEST: Final = 11
"""Characters of the shortest number that is looked for."""
_CITIZEN: Final = r"^\s*[Gg]?[1-9][0-9]{16}[0-9Xx]\s*$"
_OTHERS: Final = r"^\s*(?:(?:\+?86)?1[3-9][0-9]{9}|[^@\s]+@[^@\s]+\.[A-Za-z]{2,})\s*$"
"""Mobile phones and mail addresses."""
_SAMPLE: Final = 1000
_FEW_ROWS: Final = 20
_REPEATED: Final = 5
"""Rows a token, on average: more than children have siblings at school."""


def refuse_identifiers(column: pl.Series) -> None:
    """Raise InvalidError if a column that leaves as it is holds ID numbers, phones or addresses.

    That is, if at least two of its distinct values are such, and at least half of them. Single ones
    among other values are found by the scan of what leaves.
    """
    if not (column.str.len_chars() >= _SHORTEST).any():
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


def refuse_few_tokens(tokens: pl.Series) -> None:
    """Raise InvalidError if keyed tokens repeat so often that ranks of frequency open them."""
    told = len(tokens) - tokens.null_count()
    if told >= _FEW_ROWS and tokens.drop_nulls().n_unique() * _REPEATED < told:
        raise InvalidError(
            f"“{tokens.name}”的取值太少：每个值平均占 {_REPEATED} 行以上，按频次即可还原",
            field=tokens.name, rule="假名与保留格式加密只用于直接标识符",
            remedy="请改用泛化或不提供",
        )  # fmt: skip


def refuse_rows_of_few(
    frame: pl.DataFrame, kept: Sequence[int], classes: pl.DataFrame, plan: Plan
) -> None:
    """Raise InvalidError if a class of k rows is of fewer pupils: k is of pupils, not of rows.

    `classes[i]` are the labels of the released row that was made of row `kept[i]` of the frame.
    Pupils are told apart by the plan's subject and OWN_NUMBERS, as far as the table has them; who
    has no number there counts as one pupil.
    """
    least = 0 if plan.table is None else plan.table.k
    for name in dict.fromkeys((*([plan.subject] if plan.subject else ()), *OWN_NUMBERS)):
        if name not in frame.columns or not isinstance(frame.schema[name], pl.String):
            continue
        pupils = _pupils(frame[name].gather(kept))
        if pupils is None:
            continue
        counted = classes.with_columns(pupils.alias(_PUPIL))
        by = counted.group_by(classes.columns) if classes.width else counted.group_by(pl.lit(0))
        if (by.agg(pl.col(_PUPIL).n_unique())[_PUPIL] < least).any():
            raise InvalidError(
                f"有的等价类不足 {least} 名学生：同一学生（{name}）有几行，而 k 须以学生计",
                field=name, rule="k-匿名（GB/T 37964-2019）", remedy="请先整理成每名学生一行",
            )  # fmt: skip


def _pupils(numbers_of_rows: pl.Series) -> pl.Series | None:
    """Return a mark of each row's pupil, or None if each row is another one's."""
    written = numbers_of_rows.str.strip_chars()
    if written.n_unique() == len(written):
        return None
    several = written.filter(written.is_duplicated()).unique().drop_nulls()
    nobody = [one for one in several if numbers.canonical(one) is None]
    own = "\0" + pl.int_range(len(written), eager=True).cast(pl.String)
    unknown = written.is_null() | written.is_in(nobody)
    return pl.select(pl.when(unknown).then(own).otherwise(written)).to_series()


def _is_genuine(value: str) -> bool:
    number = numbers.compact(value).removeprefix("G")
    return numbers.check_character(number[:17]) == number[17]
