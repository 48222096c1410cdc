"""RFC 9207: `iss` in every authorization response."""

import pytest

from kernel.runtime import Runtime
from tests.identity.provider.world import CALLBACK, ISSUER, World


@pytest.fixture
def world(runtime: Runtime) -> World:
    made = World(runtime)
    made.sign_in()
    return made


def test_2_a_success_carries_the_issuer_of_discovery(world: World) -> None:
    client, _ = world.client()
    assert world.answer(client)["iss"] == ISSUER


@pytest.mark.parametrize(
    "changes",
    [{"scope": "email"}, {"response_type": "token"}, {"prompt": "none login"}, {"request": "x"}],
)
def test_2_every_error_carries_it_too(world: World, changes: dict[str, str]) -> None:
    client, _ = world.client()
    answer = world.answer(client, **changes)
    assert "error" in answer
    assert answer["iss"] == ISSUER


def test_an_answer_is_added_to_a_redirect_uri_that_has_a_query(world: World) -> None:
    client, _ = world.client(redirect_uris=(CALLBACK + "?tenant=1",))
    location = world.authorize(client, redirect_uri=CALLBACK + "?tenant=1").headers["location"]
    assert location.startswith(CALLBACK + "?tenant=1&code=")
