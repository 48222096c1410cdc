"""Which apps has an organisation registered? What sharing asks of the provider."""

from dataclasses import dataclass

from identity.provider.store import clients
from kernel.ids import RecipientId
from kernel.runtime import Runtime
from sharing.requests.domain.client import ClientFacts


@dataclass(frozen=True, slots=True)
class RecipientClients:
    """Implements `sharing.requests.domain.directory.ClientDirectory`."""

    runtime: Runtime

    async def clients_of(self, recipient_id: RecipientId) -> tuple[ClientFacts, ...]:
        """Return the active clients of the organisation."""
        rows = await self.runtime.database.read(clients.select_of_recipient(recipient_id))
        found = [clients.client_of(row) for row in rows]
        return tuple(
            ClientFacts(one.client_id, one.recipient_id, one.name, one.sandbox)
            for one in found
            if one.active
        )
