"""What does sharing need to know of signatures? Whose key signed which bytes, and when.

Identity answers through these ports; the composition root wires them. The private half of an
approver's key is never on the server, and the certificate that names its holder is signed by a
root key that is kept offline.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kernel.ids import OrgId, PersonId


@dataclass(frozen=True, slots=True)
class VerifiedKey:
    """A key whose certificate binds it to one person in one office, as evidence keeps it."""

    key_id: str
    algorithm: str
    spki: bytes
    certificate: str


class SignatureVerifier(Protocol):
    """Is this signature that person's, in that office, at that moment?"""

    async def verify(
        self, *, person_id: PersonId, org_id: OrgId, payload: bytes, signature: bytes,
        key_id: str, at: datetime,
    ) -> VerifiedKey:  # fmt: skip
        """Return the key; raises DeniedError unless it was certified then and signed the bytes."""


class KeyDirectory(Protocol):
    """Which keys may a person sign with now?"""

    async def usable(self, *, person_id: PersonId, org_id: OrgId, at: datetime) -> tuple[str, ...]:
        """Return the ids of certified, unrevoked keys for that office, the newest first."""
