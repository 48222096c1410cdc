"""What is about to leave, as one value: who gets it, under which approvals, in which forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kernel.canonical import canonical_bytes, digest
from kernel.ids import ApprovalId, DisclosureId
from sharing.domain.approval import LoadedApproval
from sharing.domain.release import ClientFacts
from sharing.domain.scope import Basis, Delivery

DEIDENTIFIED, ANONYMIZED = "去标识化", "匿名化"
"""The two labels (PIPL art. 73): still personal data, or no longer."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """`forms` maps each field to its form, `cited` to its approval (a sandbox has none).

    `content` are the exact bytes; the ledger commits to them, and only an anonymous table is kept,
    sealed, to answer with again. `report` says what anonymize did. `pupil_tags` are keyed tags of
    the pupils, never ids.
    """

    client: ClientFacts
    delivery: Delivery
    approvals: tuple[LoadedApproval, ...]
    forms: Mapping[str, str]
    cited: Mapping[str, ApprovalId]
    label: str
    policy_digest: str
    plan_digest: str
    pupil_tags: Sequence[bytes]
    rows: int
    content: bytes
    report: Mapping[str, Any]
    notice_ids: Sequence[str] = ()
    """What each pupil was told or agreed to; the write job asks whether consents still stand."""
    k: int | None = None
    risk: float | None = None
    """The measured least class and highest risk of a table; None for single records."""

    @property
    def outside_bounds(self) -> bool:
        """Tell whether it is more, or riskier, than an approver signed for."""
        return any(
            self.rows > bounds.most_rows
            or (self.k is not None and self.k < bounds.least_k)
            or (self.risk is not None and self.risk > bounds.highest_risk)
            for bounds in (approval.bounds for approval in self.approvals)
        )

    @property
    def consented(self) -> list[ApprovalId]:
        """Approvals that let these pupils' data leave only while each one's consent stands."""
        if self.label == ANONYMIZED:
            return []
        return [one.approval_id for one in self.approvals if one.scope.basis is Basis.CONSENT]

    @property
    def approval_ids(self) -> list[ApprovalId]:
        """Ids of the approvals, sorted."""
        return sorted(approval.approval_id for approval in self.approvals)

    @property
    def responsible(self) -> list[str]:
        """The persons who answer for it: approver, releasing node, recipient; each once."""
        people = [
            person
            for approval in self.approvals
            for person in (
                approval.responsible.approver,
                approval.responsible.releasing_node,
                approval.responsible.recipient,
            )
        ]
        return list(dict.fromkeys(people))

    def decision(self) -> dict[str, Any]:
        """Return the decision as JSON: what was allowed in which form, by which approvals."""
        return {
            "approvals": sorted(approval.digest for approval in self.approvals),
            "delivery": self.delivery.value,
            "forms": dict(self.forms),
            "policy": self.policy_digest,
        }

    def report_bytes(self, salt: bytes) -> bytes:
        """Return the report as it is kept and handed over.

        The random salt stands in it, so that nobody finds the report by hashing guesses at its
        figures: the log is to hold no bare digest of guessable bytes.
        """
        return canonical_bytes({**self.report, "salt": salt.hex()})

    def entry(
        self, disclosure_id: DisclosureId, commitment: str, report_digest: str
    ) -> dict[str, Any]:
        """Return the body of the ledger entry: ids, digests and counts only."""
        return {
            "type": "disclosure",
            "release": disclosure_id,
            "approvals": self.approval_ids,
            "client": self.client.client_id,
            "recipient": self.client.recipient_id,
            "delivery": self.delivery.value,
            "policy": self.policy_digest,
            "plan": self.plan_digest,
            "decision": digest(self.decision()),
            "rows": self.rows,
            "fields": sum(form != "drop" for form in self.forms.values()),
            "label": self.label,
            "commitment": commitment,
            "report": report_digest,
            "responsible": self.responsible,
        }
