"""Which app is it, and whose?"""

from dataclasses import dataclass

from kernel.ids import ClientId, RecipientId


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """The relying party: one recipient, one purpose. A sandbox sees synthetic pupils only."""

    client_id: ClientId
    recipient_id: RecipientId
    name: str
    sandbox: bool
