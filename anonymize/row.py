"""One pupil's values through a plan, in plain Python: what the serving process calls."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from anonymize.fields.dates import shift_of, shifted
from anonymize.fields.value import Transform, is_missing, is_text, require_key, transform
from anonymize.plan.hierarchy import OwnHierarchy
from anonymize.plan.plan import DEIDENTIFIED, Plan
from anonymize.plan.treatment import Kind, Treatment
from kernel.errors import InvalidError


def record(values: Mapping[str, str | None], plan: Plan, *, key: bytes) -> dict[str, str]:
    """Return the fields that leave, transformed, in the plan's order.

    Absent are: fields that the plan drops or does not name, missing values, values that their
    treatment does not know, dates of a pupil whose `subject` has no value here, and free texts,
    which only the child process can scan (`anonymize.worker`). `key` is the secret of this
    recipient and approval. Says nothing about k: a single record is never 匿名化. Raises
    InvalidError if a value is not a string.
    """
    left: dict[str, str] = {}
    for name, treatment in plan.fields.items():
        value = _text(values, name) if treatment.kind is not Kind.DROP else None
        if value is None or is_missing(value):
            continue
        if treatment.kind is Kind.DATE:
            result = _shifted(value, treatment, plan, values, key)
        else:
            result = _transform(treatment, key, plan.hierarchies.get(name))(value)
        if result is not None:
            left[name] = result
    return left


def _text(values: Mapping[str, str | None], name: str) -> str | None:
    value = values.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidError(f"“{name}”的值不是文字", field=name, remedy="请先转换为文字")
    return value


def _shifted(
    value: str, treatment: Treatment, plan: Plan, values: Mapping[str, str | None], key: bytes
) -> str | None:
    require_key(treatment, key)
    subject = _text(values, plan.subject or "")
    if subject is None or not is_text(subject) or not is_text(value):
        return None
    days = shift_of(subject, int(treatment.level), key)
    return None if days is None else shifted(value, days)


def _transform(treatment: Treatment, key: bytes, own: OwnHierarchy | None) -> Transform:
    # Own hierarchies are mappings and not hashable; their rule is one look-up and quickly made.
    return _cached(treatment, key) if own is None else transform(treatment, key, own=own)


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
def _cached(treatment: Treatment, key: bytes) -> Transform:
    return transform(treatment, key)
