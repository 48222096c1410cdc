"""The auditor reads the security log of accounts."""

from datetime import datetime

from identity.accounts.store import events
from identity.accounts.store.events import SecurityEvent
from identity.accounts.usecases.services import AccountServices
from kernel.principal import Principal, Role

MOST = 200


async def security_events(
    services: AccountServices, principal: Principal, *, before: datetime | None = None,
    account_id: str = "",
) -> list[SecurityEvent]:  # fmt: skip
    """Return up to 200 events, the newest first. Raises DeniedError unless an auditor asks."""
    principal.require(Role.AUDITOR)
    chosen = events.newest(MOST, before, account_id)
    return [events.read(row) for row in await services.runtime.database.read(chosen)]
