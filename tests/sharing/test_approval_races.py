"""Many decide at once: one final state, a linear history, one entry (G10)."""

import asyncio

import pytest
import sqlalchemy as sa

from kernel.errors import ConflictError
from kernel.runtime import Runtime
from ledger.store.tables import entry
from sharing.approvals.usecases.decide_request import decide_request
from sharing.approvals.usecases.load_in_force import load_genuine
from sharing.approvals.usecases.revoke_approval import revoke_approval
from sharing.approvals.usecases.take_station import take_station
from sharing.requests.domain.request_state import State
from sharing.requests.store.tables import approval, pending_decision, station_decision
from tests.sharing.request_world import REASON, World, build, run


@pytest.fixture
def world(either_runtime: Runtime) -> World:
    return run(build(either_runtime))


def test_fifty_approvers_at_once_leave_one_approval_and_one_entry(world: World) -> None:
    async def story() -> None:
        request = await world.reviewed(world.developer(), world.reviewer())
        approvers = [world.approver() for _ in range(50)]
        signed = [await world.prepared(approver, request) for approver in approvers]
        answers = await asyncio.gather(
            *(
                decide_request(world.services, approver, request, one)
                for approver, one in zip(approvers, signed, strict=True)
            ),
            return_exceptions=True,
        )
        won = [one for one in answers if isinstance(one, str)]
        lost = [one for one in answers if isinstance(one, ConflictError)]
        assert (len(won), len(lost)) == (1, 49)
        read = world.runtime.database.read
        assert [row.id for row in await read(sa.select(approval))] == won
        assert len(await read(sa.select(entry))) == 1
        decided = sa.select(station_decision).where(station_decision.c.station == "decide")
        assert len(await read(decided)) == 1
        spent = sa.select(pending_decision).where(pending_decision.c.spent_at.is_not(None))
        assert len(await read(spent)) == 1

    run(story())


def test_approve_return_reject_and_withdraw_at_once_leave_a_linear_history(world: World) -> None:
    async def story() -> None:
        request = await world.reviewed(world.developer(), world.reviewer())
        approvers = [world.approver() for _ in range(10)]
        signed = [await world.prepared(approver, request) for approver in approvers]
        others = [world.approver() for _ in range(20)]
        answers = await asyncio.gather(
            *(
                decide_request(world.services, approver, request, one)
                for approver, one in zip(approvers, signed, strict=True)
            ),
            *(
                take_station(world.services, who, request, "decide", verdict, REASON)
                for who, verdict in zip(others, ["return", "reject"] * 10, strict=True)
            ),
            return_exceptions=True,
        )
        assert sum(not isinstance(one, Exception) for one in answers) == 1
        assert all(isinstance(one, ConflictError) for one in answers if isinstance(one, Exception))
        now = await world.load(request.id)
        assert now.version == request.version + 1
        genuine = await load_genuine(world.services, client_id=world.client.client_id)
        assert len(genuine) == (1 if now.state is State.APPROVED else 0)

    run(story())


def test_fifty_revocations_at_once_are_one(world: World) -> None:
    async def story() -> None:
        approval_id, _ = await world.whole()
        answers = await asyncio.gather(
            *(
                revoke_approval(world.services, world.approver(), approval_id, REASON)
                for _ in range(50)
            ),
            return_exceptions=True,
        )
        assert answers.count(None) == 1
        assert all(isinstance(one, ConflictError) for one in answers if one is not None)
        types = [row.type for row in await world.runtime.database.read(sa.select(entry))]
        assert types == ["approval", "revocation"]

    run(story())
