"""Who audits is audited: put a search on record before its result is shown."""

from sqlalchemy.engine import Connection

from kernel.ids import new_id
from kernel.principal import Principal
from sharing.door.store.release_tables import audit_search
from sharing.requests.usecases.services import SharingServices


async def record_search(
    services: SharingServices, principal: Principal, kind: str, text: str, found: int
) -> None:
    """Return once the row is durable. What was searched for is kept as a keyed tag only."""
    runtime = services.runtime
    values = {
        "id": new_id("search", runtime.entropy),
        "at": runtime.clock(),
        "account_id": principal.account_id,
        "person_id": principal.person_id,
        "kind": kind,
        "target_tag": runtime.keyring.index("audit", text.strip()),
        "found": found,
    }

    def job(connection: Connection) -> None:
        connection.execute(audit_search.insert().values(**values))

    await runtime.database.write(job)
