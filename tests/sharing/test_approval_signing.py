"""Whose signature counts, over which document, until when (G6, G8)."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kernel.errors import ConflictError, DeniedError, InvalidError, MissingError, XueyinError
from kernel.runtime import Runtime
from ledger.store.tables import entry
from sharing.approvals.usecases.decide_request import Signed, decide_request
from sharing.approvals.usecases.load_in_force import load_in_force
from sharing.approvals.usecases.make_preview import make_preview
from sharing.approvals.usecases.pending import pending_of
from sharing.approvals.usecases.prepare_decision import Wanted, prepare_decision
from sharing.approvals.usecases.signature_cache import CheckedSignatures
from sharing.requests.domain.request_state import State
from sharing.requests.domain.scope import Bounds
from sharing.requests.store.tables import approval
from sharing.requests.usecases.draft_request import edit_request
from tests.conftest import HandClock
from tests.sharing.request_world import BOUNDS, REASON, World, build, run


@pytest.fixture
def world(runtime: Runtime) -> World:
    return run(build(runtime))


def test_a_signature_made_for_one_data_request_does_not_approve_another(world: World) -> None:
    async def story() -> None:
        approver = world.approver()
        first = await world.reviewed(world.developer(), world.reviewer())
        second = await world.reviewed(world.developer(), world.reviewer())
        signed = await world.prepared(approver, first)
        own = await world.prepared(approver, second)
        for replayed in (signed, Signed(own.approval_id, signed.signature)):
            with pytest.raises(XueyinError):
                await decide_request(world.services, approver, second, replayed)
        assert (await world.load(second.id)).state is State.REVIEWED
        await decide_request(world.services, approver, second, own)

    run(story())


def test_a_spent_document_cannot_be_signed_again(world: World) -> None:
    async def story() -> None:
        approver = world.approver()
        request = await world.reviewed(world.developer(), world.reviewer())
        signed = await world.prepared(approver, request)
        await decide_request(world.services, approver, request, signed)
        with pytest.raises(MissingError, match="没有等待您签署的文书"):
            await decide_request(world.services, approver, request, signed)
        with pytest.raises(ConflictError):
            await decide_request(world.services, approver, await world.load(request.id), signed)

    run(story())


@pytest.mark.parametrize("tail", [b"", b"\x00", b"x" * 63, b"x" * 64, b"x" * 65])
def test_a_forged_signature_approves_nothing(world: World, tail: bytes) -> None:
    async def story() -> None:
        approver = world.approver()
        request = await world.reviewed(world.developer(), world.reviewer())
        signed = await world.prepared(approver, request)
        with pytest.raises(DeniedError):
            await decide_request(world.services, approver, request, replace(signed, signature=tail))
        assert (await world.load(request.id)).state is State.REVIEWED
        assert await world.runtime.database.read(sa.select(approval)) == []
        assert await world.runtime.database.read(sa.select(entry)) == []

    run(story())


def test_another_approvers_key_signs_nothing_for_this_one(world: World) -> None:
    async def story() -> None:
        approver, other = world.approver(), world.approver()
        assert other.org_id is not None
        request = await world.reviewed(world.developer(), world.reviewer())
        key = (await world.keys.usable(
            person_id=other.person_id, org_id=other.org_id, at=world.runtime.clock()
        ))[0]  # fmt: skip
        with pytest.raises(DeniedError, match="没有可用的签名密钥"):
            await prepare_decision(world.services, approver, request, Wanted(BOUNDS, REASON, key))
        await world.prepared(approver, request)
        waiting = await pending_of(world.services, approver, request.id)
        forged = Signed(waiting.approval_id, world.keys.sign(key, waiting.payload))
        with pytest.raises(DeniedError):
            await decide_request(world.services, approver, request, forged)
        with pytest.raises(MissingError):
            await decide_request(world.services, other, request, forged)

    run(story())


def test_a_key_whose_certificate_expired_meanwhile_signs_nothing(
    world: World, clock: HandClock
) -> None:
    async def story() -> None:
        approver = world.person("gov_county", *world.approver().roles)
        assert approver.org_id is not None
        until = world.runtime.clock() + timedelta(minutes=10)
        world.keys.make(approver.person_id, approver.org_id, until)
        request = await world.reviewed(world.developer(), world.reviewer())
        signed = await world.prepared(approver, request)
        clock.forward(minutes=11)
        with pytest.raises(DeniedError):
            await decide_request(world.services, approver, request, signed)
        with pytest.raises(DeniedError, match="没有可用的签名密钥"):
            await world.prepared(approver, request)

    run(story())


def test_a_certificate_that_expires_later_leaves_the_approval_standing(
    world: World, clock: HandClock
) -> None:
    async def story() -> None:
        approver = world.person("gov_county", *world.approver().roles)
        assert approver.org_id is not None
        until = world.runtime.clock() + timedelta(days=2)
        world.keys.make(approver.person_id, approver.org_id, until)
        request = await world.reviewed(world.developer(), world.reviewer())
        await world.approved(approver, request)
        clock.forward(days=30)
        fresh = replace(world.services, verifier=CheckedSignatures(world.keys))
        assert len(await load_in_force(fresh, client_id=world.client.client_id)) == 1

    run(story())


def test_a_document_waits_half_an_hour_for_its_signature(world: World, clock: HandClock) -> None:
    async def story() -> None:
        approver = world.approver()
        request = await world.reviewed(world.developer(), world.reviewer())
        signed = await world.prepared(approver, request)
        clock.forward(minutes=30)
        with pytest.raises(MissingError, match="没有等待您签署的文书"):
            await decide_request(world.services, approver, request, signed)

    run(story())


def test_of_two_documents_prepared_in_one_moment_either_can_be_signed_once(world: World) -> None:
    async def story() -> None:
        approver = world.approver()
        request = await world.reviewed(world.developer(), world.reviewer())
        first = await world.prepared(approver, request)
        second_id = await prepare_decision(
            world.services, approver, request, Wanted(BOUNDS, REASON)
        )
        second = await pending_of(world.services, approver, request.id, second_id)
        assert second.approval_id != first.approval_id
        await decide_request(world.services, approver, request, first)
        signature = world.keys.sign(second.key_id, second.payload)
        with pytest.raises(ConflictError):
            await decide_request(world.services, approver, request, Signed(second_id, signature))

    run(story())


def test_a_new_preview_or_document_makes_the_older_one_worthless(world: World) -> None:
    async def story() -> None:
        approver = world.approver()
        request = await world.reviewed(world.developer(), world.reviewer())
        signed = await world.prepared(approver, request)
        world.previews.rows = 43
        await make_preview(world.services, approver, request)
        for shown in (request, await world.load(request.id)):
            with pytest.raises(ConflictError):
                await decide_request(world.services, approver, shown, signed)

    run(story())


def test_what_is_approved_cannot_be_edited_or_decided_again(world: World) -> None:
    async def story() -> None:
        developer = world.developer()
        request = await world.reviewed(developer, world.reviewer())
        await world.approved(world.approver(), request)
        request = await world.load(request.id)
        with pytest.raises(ConflictError):
            await edit_request(world.services, developer, request, world.form(rows="9"))
        with pytest.raises(ConflictError):
            await world.prepared(world.approver(), request)
        with pytest.raises(ConflictError):
            await make_preview(world.services, world.reviewer(), request)

    run(story())


@pytest.mark.parametrize(
    ("bounds", "fault"),
    [
        (Bounds(0, 1, 1.0), "most_rows"),
        (Bounds(5001, 1, 1.0), "most_rows"),
        (Bounds(10, 0, 1.0), "least_k"),
        (Bounds(10, 10**18, 1.0), "least_k"),
        (Bounds(10, 1, 0.0), "highest_risk"),
        (Bounds(10, 1, 1.1), "highest_risk"),
        (Bounds(10, 1, float("nan")), "highest_risk"),
    ],
)
def test_bounds_that_bound_nothing_cannot_be_signed(
    world: World, bounds: Bounds, fault: str
) -> None:
    async def story() -> None:
        request = await world.reviewed(world.developer(), world.reviewer())
        with pytest.raises(InvalidError) as refused:
            await world.prepared(world.approver(), request, bounds)
        assert fault in {problem.field for problem in refused.value.problems}

    run(story())


def test_bounds_that_the_preview_breaks_already_cannot_be_signed(world: World) -> None:
    async def story() -> None:
        world.previews.k, world.previews.risk = 4, 0.25
        request = await world.reviewed(world.developer(), world.reviewer())
        with pytest.raises(InvalidError) as refused:
            await world.prepared(world.approver(), request, Bounds(10, 5, 0.2))
        assert {one.field for one in refused.value.problems} == {"least_k", "highest_risk"}
        await world.prepared(world.approver(), request, Bounds(10, 4, 0.25))

    run(story())
