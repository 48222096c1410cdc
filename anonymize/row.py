"""One pupil's values through a plan, in plain Python: what the serving process calls."""

from collections.abc import Mapping
from functools import lru_cache

from anonymize.fields.value import Transform, is_missing, transform
from anonymize.plan.plan import Plan
from anonymize.plan.treatment import Kind, Treatment
from kernel.errors import InvalidError


def record(values: Mapping[str, str | None], plan: Plan, *, key: bytes) -> dict[str, str]:
    """Return the fields that leave, transformed, in the plan's order.

    Absent are: fields that the plan drops or does not name, missing values, and values that their
    treatment does not know. `key` is the pseudonym key of this recipient and approval. Says nothing
    about k: a single record is never 匿名化. Raises InvalidError if a value is not a string.
    """
    left: dict[str, str] = {}
    for name, treatment in plan.fields.items():
        value = values.get(name)
        if treatment.kind is Kind.DROP or value is None:
            continue
        if not isinstance(value, str):
            raise InvalidError(f"“{name}”的值不是文字", field=name, remedy="请先转换为文字")
        result = None if is_missing(value) else _transform(treatment, key)(value)
        if result is not None:
            left[name] = result
    return left


@lru_cache(maxsize=256)
def _transform(treatment: Treatment, key: bytes) -> Transform:
    return transform(treatment, key)
