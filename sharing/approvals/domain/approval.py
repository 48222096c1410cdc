"""What does the door know of one signed decision, once the signature is verified?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kernel.ids import ApprovalId, ClientId, DataRequestId, OrgId, RecipientId
from sharing.approvals.domain.document import ApprovalDocument, Responsible
from sharing.requests.domain.scope import Bounds, Scope
from sharing.requests.domain.signing import VerifiedKey

PENDING_MINUTES = 30
"""A document prepared for signing must be signed within this time, by its own `issued_at`."""


@dataclass(frozen=True, slots=True)
class LoadedApproval:
    """A genuine approval. Everything a release depends on is read from the signed bytes.

    `revoked` and `switched_off` are as of the moment of loading; the job that writes a release
    asks again (`sharing.approvals.store.approvals.refused_now`).
    """

    signed: ApprovalDocument
    digest: str
    key: VerifiedKey
    signed_at: datetime
    revoked: bool
    switched_off: bool

    @property
    def document(self) -> dict[str, Any]:
        """The signed document as JSON."""
        return self.signed.as_dict()

    @property
    def approval_id(self) -> ApprovalId:
        """Its id, as signed."""
        return self.signed.approval_id

    @property
    def data_request_id(self) -> DataRequestId:
        """The one data request that it decides."""
        return self.signed.data_request_id

    @property
    def client_id(self) -> ClientId:
        """The one client that may use it."""
        return self.signed.client_id

    @property
    def recipient_id(self) -> RecipientId:
        """The organisation behind the client."""
        return self.signed.recipient_id

    @property
    def scope(self) -> Scope:
        """What was approved."""
        return self.signed.scope

    @property
    def bounds(self) -> Bounds:
        """What every release must stay inside."""
        return self.signed.bounds

    @property
    def policy_digest(self) -> str:
        """The pinned policy."""
        return self.signed.evidence.policy

    @property
    def plan_digest(self) -> str:
        """The pinned plan."""
        return self.signed.evidence.plan

    @property
    def responsible(self) -> Responsible:
        """The three persons who answer for every disclosure."""
        return self.signed.responsible

    @property
    def approver_org(self) -> OrgId:
        """The government in which the approver held office."""
        return self.signed.approver_org

    def in_force(self, now: datetime) -> bool:
        """Tell whether it may carry a release now: in its period, not revoked, not switched off."""
        return self.scope.period.covers(now) and not self.revoked and not self.switched_off
