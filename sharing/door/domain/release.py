"""What is asked of the door, and what does it answer: plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kernel.canonical import digest
from kernel.ids import ApprovalId
from policies.decide import Failure
from sharing.door.domain.pupil import PupilFacts
from sharing.requests.domain.client import ClientFacts
from sharing.requests.domain.scope import Delivery

EVERYTHING_APPROVED = "*"
"""Among asked fields: all that is approved for the client, and so never too much."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of the door. `forms` maps fields to the form asked ("": as approved).

    With `approval_id` only that approval is looked at: a file is released under the one it is of.
    """

    client: ClientFacts
    delivery: Delivery
    forms: Mapping[str, str]
    pupils: Sequence[PupilFacts]
    now: datetime
    approval_id: ApprovalId | None = None


@dataclass(frozen=True, slots=True)
class OfferItem:
    """One fact that would leave, as the pupil is shown it.

    `sample` is the transformed value itself; `state` is `ready`, or what is still missing:
    `notice`, `consent` or `guardian_consent`.
    """

    field: str
    title: str
    claim: str
    form: str
    form_text: str
    sample: str
    approval_id: ApprovalId | None
    ground_text: str
    basis: str
    purpose_title: str
    state: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What a client would get of one pupil, and what must happen before.

    `needs` is `nothing`, `notice`, `consent` or `guardian_consent`. When there are `failures`, the
    client asked for something that it may not have; the items are then what it may have.
    """

    failures: tuple[Failure, ...]
    items: tuple[OfferItem, ...]
    recipient_name: str
    needs: str

    @property
    def allowed(self) -> bool:
        """Tell whether nothing was asked beyond the approvals."""
        return not self.failures

    @property
    def notice_digest(self) -> str:
        """The digest of what the pupil is shown; a new form, ground or field is a new notice."""
        return notice_digest(self.recipient_name, self.items)


def notice_digest(recipient_name: str, items: tuple[OfferItem, ...]) -> str:
    """Return the digest of a notice: recipient, and each fact with form, ground, basis, purpose."""
    shown = [
        [item.field, item.form, item.ground_text, item.basis, item.purpose_title] for item in items
    ]
    return digest({"recipient": recipient_name, "facts": sorted(shown)})
