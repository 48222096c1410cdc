"""What exactly does the approver sign? One canonical JSON document (RFC 8785) per decision.

It holds the whole scope, the digests of everything attached (plan, policy, agreement, impact
assessment, preview), the bounds and the persons who answer for it (谁批准、谁负责). Nothing that a
release depends on stands outside of it, so nothing can change after the signature.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from kernel.canonical import canonical_bytes, digest_bytes
from kernel.errors import InvalidError
from kernel.ids import ApprovalId, ClientId, DataRequestId, OrgId, PersonId, RecipientId
from sharing.requests.domain.scope import Bounds, Scope
from sharing.requests.domain.scope_document import (
    KEYS,
    bounds_document,
    parse_bounds,
    parse_scope,
    parse_time,
    scope_document,
    text,
    time_text,
)

TYPE = "xueyin-approval@v1"
LARGEST = 262_144


@dataclass(frozen=True, slots=True)
class Evidence:
    """The digests (`sha256:…`) of what lay before the approver."""

    plan: str
    policy: str
    agreement: str
    impact_assessment: str
    preview: str


@dataclass(frozen=True, slots=True)
class Responsible:
    """The three natural persons to whom every disclosure resolves."""

    approver: PersonId
    releasing_node: PersonId
    recipient: PersonId


@dataclass(frozen=True, slots=True)
class ApprovalDocument:
    """The signed decision as a value."""

    approval_id: ApprovalId
    data_request_id: DataRequestId
    scope: Scope
    evidence: Evidence
    bounds: Bounds
    responsible: Responsible
    approver_org: OrgId
    key_id: str
    reviewer: PersonId
    issued_at: datetime

    @property
    def client_id(self) -> ClientId:
        """The one relying party that may use it."""
        return self.scope.client_id

    @property
    def recipient_id(self) -> RecipientId:
        """The organisation behind it."""
        return self.scope.recipient_id

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {
            "type": TYPE,
            "approval": self.approval_id,
            "data_request": self.data_request_id,
            "decision": "approve",
            **scope_document(self.scope),
            "plan": self.evidence.plan,
            "policy": self.evidence.policy,
            "agreement": self.evidence.agreement,
            "impact_assessment": self.evidence.impact_assessment,
            "preview": self.evidence.preview,
            "bounds": bounds_document(self.bounds),
            "responsible": {
                "approver": self.responsible.approver,
                "releasing_node": self.responsible.releasing_node,
                "recipient": self.responsible.recipient,
            },
            "approver": {
                "person": self.responsible.approver,
                "org": self.approver_org,
                "key": self.key_id,
            },
            "reviewer": {"person": self.reviewer},
            "issued_at": time_text(self.issued_at),
        }

    def to_bytes(self) -> bytes:
        """Return the bytes that are signed."""
        return canonical_bytes(self.as_dict())

    @property
    def digest(self) -> str:
        """The name of the document: `sha256:` of its bytes."""
        return digest_bytes(self.to_bytes())


TOP = frozenset(KEYS) | {
    "type", "approval", "data_request", "decision", "plan", "policy", "agreement",
    "impact_assessment", "preview", "bounds", "responsible", "approver", "reviewer", "issued_at",
}  # fmt: skip


def tampered() -> InvalidError:
    """Return the refusal of a record that is not what was signed."""
    return InvalidError(
        "批准文书的格式或内容不符", field="document", rule=TYPE,
        remedy="请勿采信该文书，联系管理员核查",
    )  # fmt: skip


@lru_cache(maxsize=1024)
def parse(data: bytes) -> ApprovalDocument:
    """Return the decision; raises InvalidError unless the bytes are exactly such a document.

    Exactly: building the value again must give the same bytes, so no unknown key, no second
    spelling and no repeated key can hide in what was signed.
    """
    refused = tampered()
    if len(data) > LARGEST:
        raise refused
    try:
        found = json.loads(data)
        value = _value(found)
        again = value.to_bytes()
    except (ValueError, KeyError, TypeError, RecursionError, InvalidError) as error:
        raise refused from error
    if again != data:
        raise refused
    return value


def _value(found: Mapping[str, Any]) -> ApprovalDocument:
    if set(found) != TOP or found["type"] != TYPE or found["decision"] != "approve":
        raise ValueError("another document")
    responsible, approver = found["responsible"], found["approver"]
    return ApprovalDocument(
        approval_id=ApprovalId(text(found["approval"])),
        data_request_id=DataRequestId(text(found["data_request"])),
        scope=parse_scope(found),
        evidence=Evidence(
            plan=text(found["plan"]),
            policy=text(found["policy"]),
            agreement=text(found["agreement"]),
            impact_assessment=text(found["impact_assessment"]),
            preview=text(found["preview"]),
        ),
        bounds=parse_bounds(found["bounds"]),
        responsible=Responsible(
            PersonId(text(responsible["approver"])), PersonId(text(responsible["releasing_node"])),
            PersonId(text(responsible["recipient"])),
        ),
        approver_org=OrgId(text(approver["org"])),
        key_id=text(approver["key"]),
        reviewer=PersonId(text(found["reviewer"]["person"])),
        issued_at=parse_time(found["issued_at"]),
    )  # fmt: skip
