"""What must sharing know of people and apps outside of it? Identity answers through these ports."""

from typing import Protocol

from kernel.ids import PersonId, RecipientId
from sharing.requests.domain.client import ClientFacts


class PeopleDirectory(Protocol):
    """To which outside organisations does a person belong, by any of their accounts?"""

    async def recipients_of(self, person_id: PersonId) -> frozenset[RecipientId]:
        """Return them all, of sealed accounts too: who once belonged still has an interest."""


class ClientDirectory(Protocol):
    """Which apps has an organisation registered?"""

    async def clients_of(self, recipient_id: RecipientId) -> tuple[ClientFacts, ...]:
        """Return the active ones."""
