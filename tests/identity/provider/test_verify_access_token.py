"""The gateway's view of a client: who it is, from a verified token and the stored client."""

import pytest

from identity.provider.domain.client import RECORD_SCOPE
from identity.provider.usecases.own_clients import set_active
from identity.provider.usecases.verify_access_token import verify_access_token
from kernel.errors import SignInRequiredError
from kernel.principal import Role
from kernel.runtime import Runtime
from tests.conftest import HandClock
from tests.identity.provider.world import World, staff


@pytest.fixture
def world(runtime: Runtime) -> World:
    return World(runtime)


def own_token(world: World) -> tuple[str, str]:
    client, secret = world.client()
    form = {"grant_type": "client_credentials"}
    answer = world.post("/token", data=form, auth=(client.client_id, secret)).json()
    return client.client_id, answer["access_token"]


def test_the_caller_is_the_client_with_its_recipient_and_scopes(world: World) -> None:
    client_id, token = own_token(world)
    principal = world.run(verify_access_token(world.services, token))
    assert principal.client_id == client_id
    assert principal.recipient_id == "recipient_1"
    assert principal.roles == {Role.CLIENT}
    assert principal.oauth_scopes == {RECORD_SCOPE}
    assert principal.student_id is None


def test_a_token_ends_to_the_second(world: World, clock: HandClock) -> None:
    _, token = own_token(world)
    clock.forward(seconds=299)
    assert world.run(verify_access_token(world.services, token))
    clock.forward(seconds=1)
    with pytest.raises(SignInRequiredError):
        world.run(verify_access_token(world.services, token))


def test_a_disabled_client_is_nobody(world: World) -> None:
    client_id, token = own_token(world)
    world.run(set_active(world.services, staff(Role.DEVELOPER), client_id, active=False))
    with pytest.raises(SignInRequiredError):
        world.run(verify_access_token(world.services, token))
