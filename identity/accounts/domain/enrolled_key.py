"""What does the database know of a signing key?"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from identity.accounts.domain.signing_key import PublicKey
from kernel.ids import OrgId, PersonId


class KeyState(StrEnum):
    """Where a key stands; for showing, never for deciding (the certificate decides)."""

    WAITING = "waiting"
    USABLE = "usable"
    OUT_OF_TIME = "out_of_time"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class EnrolledKey:
    """A row, believed for nothing but `revoked_at`: what counts is read from the certificate."""

    person_id: PersonId
    org_id: OrgId
    key: PublicKey
    request: str | None
    certificate: str | None
    valid_from: datetime | None
    valid_to: datetime | None
    enrolled_at: datetime
    revoked_at: datetime | None

    def state(self, now: datetime) -> KeyState:
        """Return where the key stands, as far as the row tells."""
        if self.revoked_at is not None:
            return KeyState.REVOKED
        if self.valid_from is None or self.valid_to is None:
            return KeyState.WAITING
        return KeyState.USABLE if self.valid_from <= now < self.valid_to else KeyState.OUT_OF_TIME
