"""Whose data requests may one see? To anybody else they do not exist (G1)."""

import pytest

from kernel.errors import MissingError
from kernel.ids import RecipientId
from kernel.principal import Role
from kernel.runtime import Runtime
from sharing.requests.domain.request_state import State
from sharing.requests.usecases.see_request import inbox, own_request, station_request
from tests.sharing.request_world import World, build, run


@pytest.fixture
def world(runtime: Runtime) -> World:
    return run(build(runtime))


def test_a_developer_sees_no_data_request_of_another_organisation(world: World) -> None:
    async def story() -> None:
        request = await world.submitted(world.developer())
        colleague = world.developer()
        assert (await own_request(world.services, colleague, request.id)).id == request.id
        stranger = world.person(None, Role.DEVELOPER, recipient=_other_recipient())
        with pytest.raises(MissingError):
            await own_request(world.services, stranger, request.id)

    run(story())


@pytest.mark.parametrize("org", ["other_county", "other_province", "school"])
def test_a_reviewer_sees_no_data_request_of_another_area(world: World, org: str) -> None:
    async def story() -> None:
        request = await world.submitted(world.developer())
        with pytest.raises(MissingError):
            await station_request(world.services, world.reviewer(org), request.id, "review")
        assert await inbox(world.services, world.reviewer(org), "review", (State.SUBMITTED,)) == []
        own = await inbox(world.services, world.reviewer("city"), "review", (State.SUBMITTED,))
        assert [one.id for one in own] == [request.id]

    run(story())


def test_a_draft_is_seen_by_nobody_at_a_station(world: World) -> None:
    async def story() -> None:
        request = await world.draft(world.developer())
        with pytest.raises(MissingError):
            await station_request(world.services, world.reviewer(), request.id, "review")

    run(story())


def _other_recipient() -> RecipientId:
    return RecipientId("recipient_" + "f" * 32)
