"""What does an auditor see? Plain cards and one timeline, without a single value of a pupil."""

from dataclasses import dataclass
from datetime import datetime

from kernel.ids import ApprovalId, DataRequestId, DisclosureId

STATES = {"open": "已记录（按已送出对待）", "delivered": "已送出", "void": "未送出（作废）"}


@dataclass(frozen=True, slots=True)
class ApprovalCard:
    """One decision. `genuine` is false when its signature does not verify: it carries nothing."""

    approval_id: ApprovalId
    data_request_id: DataRequestId
    genuine: bool
    purpose: str
    ground: str
    basis: str
    decided_by: str
    signed_by: str
    reviewed_by: str
    signed_at: datetime
    start: datetime | None
    end: datetime | None
    state: str
    policy_digest: str


@dataclass(frozen=True, slots=True)
class DisclosureCard:
    """One release. `facts` are (title, what the recipient sees); `times` is None but for a pupil.

    `responsible` are (part, name) of the three persons who answer for it.
    """

    disclosure_id: DisclosureId
    entry_id: str
    at: datetime
    client_id: str
    app: str
    recipient: str
    delivery: str
    purposes: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    rows: int
    label: str
    approvals: tuple[ApprovalCard, ...]
    policy_digest: str
    plan_digest: str
    responsible: tuple[tuple[str, str], ...]
    state: str
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline."""

    at: datetime
    kind: str
    title: str
    who: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What a search means. `kind`: pupil, client, recipient, person, approval, request, disclosure.

    `key` is an id; `title` says it in words, for a pupil without any.
    """

    kind: str
    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything about one target, the newest first."""

    target: Target
    approvals: tuple[ApprovalCard, ...]
    disclosures: tuple[DisclosureCard, ...]
    events: tuple[Event, ...]
