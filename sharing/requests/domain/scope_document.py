"""How is a scope written as JSON, and read back? The same words as in the signed document."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from kernel.errors import InvalidError
from kernel.ids import ClientId, OrgId, RecipientId
from sharing.requests.domain.scope import (
    Basis,
    Bounds,
    Cohort,
    Delivery,
    Ground,
    Period,
    Quota,
    Scope,
)

KEYS = (
    "client", "recipient", "purpose", "ground", "basis", "fields", "cohort", "period", "quota",
    "deliveries", "obligations",
)  # fmt: skip
GROUND_KEYS = (
    "kind", "law_id", "government_org_id", "document_number", "document_date", "document_digest",
    "decided_by",
)  # fmt: skip
TIME = "%Y-%m-%dT%H:%M:%SZ"


def time_text(moment: datetime) -> str:
    """Return a moment as RFC 3339 in UTC to the second."""
    return moment.astimezone(UTC).strftime(TIME)


def parse_time(text: str) -> datetime:
    """Return the aware moment of such a text; raises ValueError for any other."""
    return datetime.strptime(text, TIME).replace(tzinfo=UTC)


def scope_document(scope: Scope) -> dict[str, Any]:
    """Return the scope as JSON; lists that are sets stand sorted."""
    return {
        "client": scope.client_id,
        "recipient": scope.recipient_id,
        "purpose": scope.purpose,
        "ground": {key: getattr(scope.ground, key) or "" for key in GROUND_KEYS},
        "basis": scope.basis.value,
        "fields": dict(sorted(scope.fields.items())),
        "cohort": {
            "division": scope.cohort.division,
            "school_ids": sorted(scope.cohort.school_ids),
            "grades": sorted(scope.cohort.grades),
        },
        "period": {"start": time_text(scope.period.start), "end": time_text(scope.period.end)},
        "quota": {
            "rows": scope.quota.rows, "pupils": scope.quota.pupils, "calls": scope.quota.calls,
        },
        "deliveries": sorted(delivery.value for delivery in scope.deliveries),
        "obligations": list(scope.obligations),
    }  # fmt: skip


def bounds_document(bounds: Bounds) -> dict[str, Any]:
    """Return the bounds as JSON."""
    return {
        "most_rows": bounds.most_rows,
        "least_k": bounds.least_k,
        "highest_risk": bounds.highest_risk,
    }


def parse_scope(document: Mapping[str, Any]) -> Scope:
    """Return the scope of the JSON (keys beside the scope's are not looked at).

    Raises InvalidError for a missing key or a value of the wrong kind.
    """
    try:
        return _scope(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidError(
            "授权范围的记录不完整或格式有误", field="scope", rule="授权范围格式",
            remedy="请勿采信该记录，联系管理员核查",
        ) from error  # fmt: skip


def parse_bounds(document: Mapping[str, Any]) -> Bounds:
    """Return the bounds of the JSON; raises InvalidError if they are none."""
    try:
        return Bounds(
            _whole(document["most_rows"]), _whole(document["least_k"]),
            float(document["highest_risk"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidError(
            "签署界限的记录有误", field="bounds", remedy="请勿采信该记录，联系管理员核查"
        ) from error


def _scope(document: Mapping[str, Any]) -> Scope:
    ground = document["ground"]
    cohort, period, quota = document["cohort"], document["period"], document["quota"]
    return Scope(
        client_id=ClientId(text(document["client"])),
        recipient_id=RecipientId(text(document["recipient"])),
        purpose=text(document["purpose"]),
        ground=Ground(
            kind=text(ground["kind"]),
            law_id=text(ground["law_id"]),
            government_org_id=OrgId(text(ground["government_org_id"])) or None,
            document_number=text(ground["document_number"]),
            document_date=text(ground["document_date"]),
            document_digest=text(ground["document_digest"]),
            decided_by=text(ground["decided_by"]),
        ),
        basis=Basis(document["basis"]),
        fields={text(key): text(form) for key, form in document["fields"].items()},
        cohort=Cohort(
            text(cohort["division"]),
            tuple(OrgId(school) for school in _texts(cohort["school_ids"])),
            _texts(cohort["grades"]),
        ),
        period=Period(parse_time(period["start"]), parse_time(period["end"])),
        quota=Quota(_whole(quota["rows"]), _whole(quota["pupils"]), _whole(quota["calls"])),
        deliveries=tuple(Delivery(way) for way in _texts(document["deliveries"])),
        obligations=_texts(document["obligations"]),
    )


def text(value: object) -> str:
    """Return the value if it is text; raises TypeError."""
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("list expected")
    return tuple(text(item) for item in value)


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("whole number expected")
    return value
