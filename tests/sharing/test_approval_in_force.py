"""When does an approval carry a release: switches, revocation, expiry, signatures?"""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kernel.errors import ConflictError
from kernel.ids import ApprovalId, new_id
from kernel.runtime import Runtime
from sharing.approvals.store.approvals import refused_now
from sharing.approvals.usecases.emergency_stop import Pull, lift_switch, pull_switch
from sharing.approvals.usecases.load_in_force import load_in_force
from sharing.approvals.usecases.revoke_approval import revoke_approval
from sharing.approvals.usecases.signature_cache import CheckedSignatures
from sharing.requests.store.tables import approval
from tests.conftest import HandClock
from tests.sharing.request_world import REASON, World, build, run


@pytest.fixture
def world(either_runtime: Runtime) -> World:
    return run(build(either_runtime))


async def overwrite(world: World, table: sa.Table, **values: Any) -> None:  # noqa: ANN401  columns
    """Write straight into the database, as whoever stole its password would."""

    def job(connection: Connection) -> None:
        connection.execute(table.update().values(**values))

    await world.runtime.database.write(job)


@pytest.mark.parametrize("scope", ["global", "client", "approval"])
def test_a_pulled_switch_stops_at_once_and_two_persons_lift_it(world: World, scope: str) -> None:
    async def story() -> None:
        approval_id, _ = await world.whole()
        client_id = world.client.client_id
        target = {"global": "", "client": client_id, "approval": approval_id}[scope]
        one, other = world.approver(), world.approver()
        switch_id = await pull_switch(world.services, one, Pull(scope, target, REASON))
        assert await load_in_force(world.services, client_id=client_id) == []
        now = world.runtime.clock()
        write = world.runtime.database.write
        assert await write(lambda c: refused_now(c, approval_id, client_id, now)) == "switched_off"
        assert not await lift_switch(world.services, one, switch_id)
        with pytest.raises(ConflictError):
            await lift_switch(world.services, one, switch_id)
        assert await load_in_force(world.services, client_id=client_id) == []
        assert await lift_switch(world.services, other, switch_id)
        assert len(await load_in_force(world.services, client_id=client_id)) == 1
        assert await write(lambda c: refused_now(c, approval_id, client_id, now)) == ""
        with pytest.raises(ConflictError):
            await lift_switch(world.services, other, switch_id)

    run(story())


def test_a_switch_of_another_client_or_approval_stops_nothing_here(world: World) -> None:
    async def story() -> None:
        await world.whole()
        for scope in ("client", "approval"):
            await pull_switch(world.services, world.approver(), Pull(scope, new_id(scope), REASON))
        assert len(await load_in_force(world.services, client_id=world.client.client_id)) == 1

    run(story())


def test_the_job_that_releases_sees_revocation_expiry_and_foreign_clients(
    world: World, clock: HandClock
) -> None:
    async def story() -> None:
        approval_id, request = await world.whole()
        client, write = world.client.client_id, world.runtime.database.write
        now = clock.now

        async def why(approval: ApprovalId = approval_id, who: Any = client) -> str:  # noqa: ANN401
            return await write(lambda c: refused_now(c, approval, who, clock.now))

        assert request.scope is not None
        assert await why() == ""
        assert await why(who="client_" + "b" * 32) == "absent"
        assert await why(ApprovalId("approval_" + "b" * 32)) == "absent"
        clock.now = request.scope.period.end
        assert await why() == "expired"
        clock.now = now
        await revoke_approval(world.services, world.approver(), approval_id, REASON)
        assert await why() == "revoked"

    run(story())


def test_one_signature_is_verified_once_and_a_refusal_never_remembered(world: World) -> None:
    async def story() -> None:
        approval_id, _ = await world.whole()
        fresh = replace(world.services, verifier=CheckedSignatures(world.keys))
        before = world.keys.verified
        for _ in range(5):
            assert len(await load_in_force(fresh, approval_id=approval_id)) == 1
        assert world.keys.verified == before + 1
        await overwrite(world, approval, signature=b"\x01" * 64)
        for _ in range(2):
            assert await load_in_force(fresh, approval_id=approval_id) == []
        assert world.keys.verified == before + 3

    run(story())
