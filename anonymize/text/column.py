"""How does a column of free text leave? Scanned row by row, with what the row says of its pupil.

Heavy where the name model is installed: only child processes and the command line call it.
"""

from collections.abc import Iterable
from typing import Final

import polars as pl

from anonymize.fields.columns import Column
from anonymize.fields.value import is_missing
from anonymize.plan.plan import Plan
from anonymize.plan.treatment import Kind
from anonymize.text.known import Known
from anonymize.text.recall import verdict
from anonymize.text.replacement import Style, replace_column
from kernel.errors import InvalidError

_NAMES: Final = ("name", "former_name", "guardian1_name", "guardian2_name")
_SCHOOLS: Final = ("school_name",)
_ADDRESSES: Final = (
    "home_address", "current_address", "mailing_address", "domicile",
    "guardian1_address", "guardian2_address", "guardian1_domicile", "guardian2_domicile",
)  # fmt: skip
KNOWN: Final = (*_NAMES, *_SCHOOLS, *_ADDRESSES)
"""Columns whose values are found first in the texts of their row, if a table has them."""


def text_columns(frame: pl.DataFrame, plan: Plan, key: bytes) -> dict[str, Column]:
    """Return the plan's text fields with what was found taken out, by name.

    Names, schools and addresses in the row's other columns are found first, whether these leave or
    not. A row's surrogates are consistent; those of one `subject` too. A text that cannot be
    cleaned is dropped and counted as malformed.
    """
    names = [name for name in plan.emitted if plan.fields[name].kind is Kind.TEXT]
    if not names:
        return {}
    records = _records(frame)
    groups = frame[plan.subject].fill_null("").to_list() if plan.subject else ()
    columns = {}
    for name in names:
        texts = frame[name].to_list()
        style = Style(plan.fields[name].style)
        done = replace_column(texts, records, style, key=key, groups=groups)
        missing = sum(is_missing(text) for text in texts)
        lost = sum(one is None for one in done) - missing
        columns[name] = Column(pl.Series(name, done, pl.String), missing, lost)
    return columns


def refuse_unproved(plan: Plan) -> None:
    """Raise InvalidError if the plan lets free text leave before the measured recall allows it."""
    names = [name for name in plan.emitted if plan.fields[name].kind is Kind.TEXT]
    if names and not (judged := verdict()).allowed:
        raise InvalidError(
            f"自由文本“{names[0]}”暂不能提供：{'；'.join(judged.reasons)}",
            field=f"fields.{names[0]}",
            rule="自由文本须有实测召回率",
            remedy="请改为不提供；召回率达到后再申请",
        )


def _records(frame: pl.DataFrame) -> list[Known]:
    parts = [list(_values(frame, columns)) for columns in (_NAMES, _SCHOOLS, _ADDRESSES)]
    return [Known(*known) for known in zip(*parts, strict=True)]


def _values(frame: pl.DataFrame, columns: Iterable[str]) -> Iterable[tuple[str, ...]]:
    held = [name for name in columns if name in frame.columns]
    if not held:
        return [()] * frame.height
    texts = frame.select(pl.col(held).cast(pl.String))
    return [tuple(v for v in row if v and not is_missing(v)) for row in texts.iter_rows()]
