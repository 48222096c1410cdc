"""De-identification: values or a table and a plan in, the same and a report out. Pure.

`record` is plain Python. `run` (and its `Result`) needs polars and is loaded only when it is named,
so that the serving process can import this package; typed callers import `anonymize.table`.
"""

from importlib import import_module
from typing import Any

from anonymize.plan.plan import Plan
from anonymize.plan.treatment import Treatment
from anonymize.row import record

__all__ = ["Plan", "Result", "Treatment", "record", "run"]


def __getattr__(name: str) -> Any:  # noqa: ANN401  a module attribute of any type
    if name in ("run", "Result"):
        return getattr(import_module("anonymize.table"), name)
    raise AttributeError(name)
