"""Put an inward look on record before anything is shown."""

from collections.abc import Sequence

from kernel.ids import StudentId
from kernel.principal import Principal
from kernel.runtime import Runtime
from registry.domain.access import Look
from registry.store import accesses


async def record_look(
    runtime: Runtime, principal: Principal, student_ids: Sequence[StudentId], look: Look
) -> None:
    """Return once the look is durable, one row a pupil; raises if it cannot be, so show nothing."""
    rows = accesses.rows_for(
        runtime.keyring, runtime.entropy, principal, look, student_ids, runtime.clock()
    )
    await runtime.database.write(lambda connection: accesses.insert(connection, rows))
