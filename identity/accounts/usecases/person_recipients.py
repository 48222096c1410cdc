"""To which outside organisations does a person belong? What sharing asks of accounts."""

from dataclasses import dataclass

from identity.accounts.store import accounts
from kernel.ids import PersonId, RecipientId
from kernel.runtime import Runtime


@dataclass(frozen=True, slots=True)
class PersonRecipients:
    """Implements `sharing.requests.domain.directory.PeopleDirectory`."""

    runtime: Runtime

    async def recipients_of(self, person_id: PersonId) -> frozenset[RecipientId]:
        """Return them all, of sealed accounts too: who once belonged still has an interest."""
        rows = await self.runtime.database.read(accounts.of_person(person_id))
        return frozenset(RecipientId(row.recipient_id) for row in rows if row.recipient_id)
