"""One pupil's values through a plan, in plain Python: what the serving process calls."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from anonymize.fields.value import Transform, is_missing, transform
from anonymize.plan.plan import DEIDENTIFIED, Plan
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


def report(plan: Plan) -> dict[str, Any]:
    """Return the report on records under a plan, as JSON: what is done to each field.

    It tells nothing of the values, not even how many are missing: of one pupil that is a fact.
    """
    return {
        "version": 1,
        "kind": "record",
        "plan": plan.digest,
        "label": DEIDENTIFIED,
        "fields": {
            name: {"treatment": str(how), "text": how.text} for name, how in plan.fields.items()
        },
    }


@lru_cache(maxsize=256)
def _transform(treatment: Treatment, key: bytes) -> Transform:
    return transform(treatment, key)
