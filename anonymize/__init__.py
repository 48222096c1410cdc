"""De-identification: values or a table and a plan in, the same and a report out. Pure.

`record` is plain Python. `run` needs polars and is loaded only when it is named, so that the
serving process can import this package.
"""

from typing import TYPE_CHECKING, Any

from anonymize.plan import Plan
from anonymize.row import record
from anonymize.treatment import Treatment

if TYPE_CHECKING:
    from anonymize.table import Result, run

__all__ = ["Plan", "Result", "Treatment", "record", "run"]


def __getattr__(name: str) -> Any:  # noqa: ANN401  a module attribute of any type
    if name in ("run", "Result"):
        from anonymize import table  # noqa: PLC0415  polars loads on first use only

        return getattr(table, name)
    raise AttributeError(name)
