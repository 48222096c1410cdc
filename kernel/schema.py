"""How do tables look: one metadata, naming, column types, and a retention class on every table."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from typing_extensions import override

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


class Retention(StrEnum):
    """How long rows of a table are kept; the periods stand in `policies/retention.toml`."""

    REGISTRY = "registry"
    DISCLOSURE = "disclosure"
    SECURITY_LOG = "security_log"
    SESSION = "session"
    CONFIGURATION = "configuration"
    STAGING = "staging"


def table(name: str, *columns: sa.schema.SchemaItem, retention: Retention) -> sa.Table:
    """Return a table of the one metadata. Names carry their package as prefix."""
    return sa.Table(name, metadata, *columns, info={"retention": retention})


EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware UTC time, stored as microseconds since 1970 so that both databases sort alike."""

    impl = sa.BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must be aware")
        return (value - EPOCH) // MICROSECOND

    @override
    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + value * MICROSECOND


class Document(sa.types.TypeDecorator[Any]):
    """A JSON value stored as text; the same bytes on both databases."""

    impl = sa.Text
    cache_ok = True

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else orjson.dumps(value).decode()

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)
