"""Plans and tables of statistics for tests, in few words."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from anonymize.plan.plan import Plan


def plan(*statistics: Mapping[str, Any], fields: Sequence[str]) -> Plan:
    """A plan of version 2 that keeps these fields for its statistics."""
    return Plan.parse(
        {
            "version": 2,
            "fields": dict.fromkeys(fields, "keep"),
            "statistics": [dict(one) for one in statistics],
        }
    )


def table(**columns: Sequence[str | None]) -> pl.DataFrame:
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
