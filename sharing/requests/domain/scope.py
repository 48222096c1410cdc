"""What does an approval cover: fields with forms, cohort, purpose, period, quota, delivery."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kernel.ids import ClientId, OrgId, RecipientId


class Delivery(StrEnum):
    """By which way data leaves. All ways pass the same door."""

    CLAIMS = "claims"
    RECORD_API = "record_api"
    FILE = "file"
    COUNTS = "counts"


class Basis(StrEnum):
    """Why processing is lawful (PIPL art. 13). Without it only `sub` leaves."""

    STATUTORY_DUTY = "statutory_duty"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Cohort:
    """Which pupils: all in one area, narrowed by schools and grades. Empty tuples do not narrow.

    `division` is a GB/T 2260 code of 2, 4 or 6 digits; a pupil's managing authority must lie in it.
    """

    division: str
    school_ids: tuple[OrgId, ...] = ()
    grades: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """From the first moment on, up to but not including the last (aware UTC)."""

    start: datetime
    end: datetime

    def covers(self, moment: datetime) -> bool:
        """Tell whether the moment lies inside."""
        return self.start <= moment < self.end


@dataclass(frozen=True, slots=True)
class Quota:
    """At most so many rows, distinct pupils and calls over the whole period."""

    rows: int
    pupils: int
    calls: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """What every release must stay inside, signed by the approver."""

    most_rows: int
    least_k: int
    highest_risk: float


@dataclass(frozen=True, slots=True)
class Ground:
    """The art. 24 permission. `kind` is `law` (then `law_id` is one of policies' closed list) or
    `government_approval` (then the issuing government, document number, date and scan digest).
    """  # noqa: D205  two forms of one value

    kind: str
    law_id: str = ""
    government_org_id: OrgId | None = None
    document_number: str = ""
    document_date: str = ""
    document_digest: str = ""
    decided_by: str = ""
    """The official who decided on paper; the signer then attests the document."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The whole scope. `fields` maps field names to forms, such as `generalize:birth_date:year`."""

    client_id: ClientId
    recipient_id: RecipientId
    purpose: str
    ground: Ground
    basis: Basis
    fields: dict[str, str]
    cohort: Cohort
    period: Period
    quota: Quota
    deliveries: tuple[Delivery, ...]
    obligations: tuple[str, ...]
