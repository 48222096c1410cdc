"""What do the provider's use cases work with? Bound once by the composition root."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from identity.provider.domain.config import ProviderConfig
from identity.provider.domain.door import DoorPort
from identity.provider.domain.vocabulary import Vocabulary
from identity.provider.usecases.cache import ProviderCache
from kernel.ids import SessionId
from kernel.runtime import Runtime


class SessionPort(Protocol):
    """What the provider asks of accounts: when did this session's person prove who they are?"""

    async def authenticated_at(self, session_id: SessionId) -> datetime | None:
        """Return the time of the sign-in, or None if the session has ended."""


@dataclass(frozen=True, slots=True)
class ProviderServices:
    """`app.state.provider`."""

    config: ProviderConfig
    runtime: Runtime
    vocabulary: Vocabulary
    door: DoorPort
    sessions: SessionPort
    cache: ProviderCache
