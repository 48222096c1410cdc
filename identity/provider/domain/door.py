"""What does the provider ask of the door? Three calls; no claim leaves by another way.

`sharing.door.usecases.claims` answers them; the composition root binds its services.
"""

from collections.abc import Mapping
from typing import Protocol

from kernel.ids import StudentId
from kernel.principal import Principal
from sharing.door.domain.release import Offer
from sharing.requests.domain.client import ClientFacts


class DoorPort(Protocol):
    """The one door for claims. `asked` holds field names, or vocabulary.EVERYTHING_APPROVED."""

    async def offer(
        self, client: ClientFacts, student_id: StudentId, asked: frozenset[str]
    ) -> Offer:
        """Return what would leave. Also asked with no fields: the door refuses a sandbox client
        that meets a real pupil, and the reverse, whatever is asked.
        """  # noqa: D205  one promise

    async def acknowledge(
        self, client: ClientFacts, student_id: StudentId, offer: Offer, principal: Principal
    ) -> None:
        """Record that the person was told (notice) or agreed (consent) to exactly this offer."""

    async def release(
        self, client: ClientFacts, student_id: StudentId, asked: frozenset[str]
    ) -> Mapping[str, str]:
        """Return the claims that leave now; empty if only `sub` may leave.

        Raises DeniedError with all failures.
        """
