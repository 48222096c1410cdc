"""RFC 7517: the published keys."""

import pytest
from joserfc import jwk

from identity.provider.usecases.rotate_keys import rotate_keys
from kernel.runtime import Runtime
from tests.conftest import HandClock
from tests.identity.provider.world import World

PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "k"}


@pytest.fixture
def world(runtime: Runtime) -> World:
    return World(runtime)


def test_5_active_and_next_keys_of_both_algorithms_are_published(world: World) -> None:
    keys = world.get("/jwks.json").json()["keys"]
    assert sorted(key["alg"] for key in keys) == ["ES256", "ES256", "RS256", "RS256"]
    assert all(key["use"] == "sig" for key in keys)


def test_4_5_key_ids_are_unique_and_are_rfc7638_thumbprints(world: World) -> None:
    keys = world.get("/jwks.json").json()["keys"]
    assert len({key["kid"] for key in keys}) == 4
    for key in keys:
        kind = jwk.ECKey if key["kty"] == "EC" else jwk.RSAKey
        assert kind.import_key(key).thumbprint() == key["kid"]


def test_9_2_no_private_member_is_ever_published(world: World) -> None:
    for key in world.get("/jwks.json").json()["keys"]:
        assert not PRIVATE & key.keys()


def test_a_rotation_publishes_the_new_key_and_keeps_the_old_one(world: World) -> None:
    before = {key["kid"] for key in world.get("/jwks.json").json()["keys"]}
    world.run(rotate_keys(world.runtime))
    world.services.cache.forget()
    after = {key["kid"] for key in world.get("/jwks.json").json()["keys"]}
    assert before < after
    assert len(after) == 6


def test_a_token_signed_before_a_rotation_verifies_after_it(world: World) -> None:
    client, secret = world.client()
    world.sign_in()
    tokens = world.tokens(client, secret, scope="openid edu")
    world.run(rotate_keys(world.runtime))
    world.services.cache.forget()
    assert world.userinfo(tokens["access_token"]).status_code == 200


def test_another_process_follows_a_rotation_within_a_second(world: World, clock: HandClock) -> None:
    kid = world.run(world.services.cache.keys()).signer("ES256").kid
    signing = world.run(rotate_keys(world.runtime))  # the cache is not told
    clock.forward(seconds=1)
    now = world.run(world.services.cache.keys()).signer("ES256").kid
    assert now in signing
    assert now != kid
