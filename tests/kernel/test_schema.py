"""Times and documents come back from both databases as they went in, and sort alike."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from kernel.database import Database
from kernel.schema import Document, Moment

moments = st.datetimes(timezones=st.just(UTC))
DIALECT = sqlite.dialect()


@given(moments)
def test_every_moment_comes_back_to_the_microsecond(moment: datetime) -> None:
    stored = Moment().process_bind_param(moment, DIALECT)
    assert Moment().process_result_value(stored, DIALECT) == moment


@given(moments, moments)
def test_stored_moments_sort_as_the_times_do(one: datetime, other: datetime) -> None:
    stored = [Moment().process_bind_param(moment, DIALECT) or 0 for moment in (one, other)]
    assert (stored[0] < stored[1]) == (one < other)


def test_one_instant_is_stored_alike_from_every_time_zone() -> None:
    here = datetime(2026, 9, 1, 16, 0, tzinfo=timezone(timedelta(hours=8)))
    assert Moment().process_bind_param(here, DIALECT) == 1_788_249_600_000_000


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Moment().process_bind_param(datetime(2026, 9, 1), DIALECT)  # noqa: DTZ001  the fault


@pytest.mark.parametrize("value", [None, [], {"a": ["学", "\U00020bb7", 1.5, None]}, "text", 0])
def test_documents_and_moments_cross_both_databases(
    either_database: Database, value: object
) -> None:
    moment = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    statement = sa.select(
        sa.cast(sa.literal(value, Document), Document), sa.literal(moment, Moment)
    )
    [row] = asyncio.run(either_database.read(statement))
    assert tuple(row) == (value, moment)
