"""How do the packages' questions to one another get answered? Small bindings, no rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from identity.accounts.usecases.load_session import load_session_by_id
from identity.accounts.usecases.services import AccountServices
from kernel.errors import UnavailableError
from kernel.ids import DataRequestId, RecipientId, SessionId, StudentId
from kernel.principal import Principal
from kernel.runtime import Runtime
from sharing.domain.preview import Preview
from sharing.domain.release import ClientFacts, Offer
from sharing.domain.scope import Scope
from sharing.store.tables import recipient
from sharing.usecases import claims
from sharing.usecases.preview import preview
from sharing.usecases.services import SharingServices


@dataclass(slots=True)
class DoorPreview:
    """Implements `sharing.domain.preview.PreviewPort` by the function that releases.

    It needs the services that it is a part of, so they are set once they exist.
    """

    services: SharingServices | None = None

    async def preview(self, scope: Scope, data_request_id: DataRequestId) -> Preview:
        """See PreviewPort.preview."""
        if self.services is None:
            raise UnavailableError("服务正在启动", remedy="请稍后重试")
        return await preview(self.services, scope, data_request_id)


@dataclass(frozen=True, slots=True)
class Door:
    """Implements `identity.provider.domain.door.DoorPort`."""

    sharing: SharingServices

    async def offer(
        self, client: ClientFacts, student_id: StudentId, asked: frozenset[str]
    ) -> Offer:
        """See DoorPort.offer."""
        return await claims.offer(self.sharing, client, student_id, asked)

    async def acknowledge(
        self, client: ClientFacts, student_id: StudentId, offer: Offer, principal: Principal
    ) -> None:
        """See DoorPort.acknowledge."""
        await claims.acknowledge(self.sharing, client, student_id, offer, principal)

    async def release(
        self, client: ClientFacts, student_id: StudentId, asked: frozenset[str]
    ) -> Mapping[str, str]:
        """See DoorPort.release."""
        return await claims.release(self.sharing, client, student_id, asked)


@dataclass(frozen=True, slots=True)
class SignIns:
    """Implements `identity.provider.usecases.services.SessionPort`."""

    accounts: AccountServices

    async def authenticated_at(self, session_id: SessionId) -> datetime | None:
        """See SessionPort.authenticated_at."""
        session = await load_session_by_id(self.accounts, session_id)
        return None if session is None else session.auth_time


@dataclass(frozen=True, slots=True)
class Recipients:
    """Names of the outside organisations, for pages of accounts."""

    runtime: Runtime

    async def called(self, text: str) -> RecipientId | None:
        """Return the organisation of that id or full name, None if not just one."""
        matches = sa.or_(recipient.c.id == text, recipient.c.name == text)
        rows = await self.runtime.database.read(sa.select(recipient.c.id).where(matches).limit(2))
        return RecipientId(rows[0].id) if len(rows) == 1 else None

    async def name(self, recipient_id: RecipientId) -> str | None:
        """Return the registered name, None if there is no such organisation."""
        rows = await self.runtime.database.read(
            sa.select(recipient.c.name).where(recipient.c.id == recipient_id)
        )
        return rows[0].name if rows else None
