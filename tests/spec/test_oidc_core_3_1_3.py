"""OpenID Connect Core 3.1.3 and section 2: the token answer and the ID token."""

import hashlib
from base64 import urlsafe_b64encode
from typing import Any

import jwt
import pytest
from joserfc import jwk
from joserfc import jwt as jose

from kernel.runtime import Runtime
from tests.conftest import HandClock
from tests.identity.provider.world import ISSUER, World


@pytest.fixture
def world(runtime: Runtime) -> World:
    made = World(runtime)
    made.sign_in()
    return made


def published(world: World, token: str) -> dict[str, Any]:
    kid = jwt.get_unverified_header(token)["kid"]
    keys = world.get("/jwks.json").json()["keys"]
    return next(key for key in keys if key["kid"] == kid)


def by_pyjwt(world: World, token: str, audience: str) -> dict[str, Any]:
    key = published(world, token)
    claims: dict[str, Any] = jwt.decode(
        token, jwt.PyJWK(key), algorithms=[key["alg"]], audience=audience, issuer=ISSUER,
        options={"verify_exp": False, "verify_iat": False},
    )  # fmt: skip
    return claims


def test_3_1_3_3_the_answer_is_a_bearer_token_and_is_never_stored(world: World) -> None:
    client, secret = world.client()
    response = world.exchange(client, secret, world.code(client))
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-type"] == "application/json"
    answer = response.json()
    assert answer.keys() == {"access_token", "token_type", "expires_in", "scope", "id_token"}
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 300)


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_10_1_the_id_token_verifies_in_two_libraries_with_the_published_key(
    world: World, algorithm: str
) -> None:
    client, secret = world.client(id_token_alg=algorithm)
    token = world.tokens(client, secret)["id_token"]
    key = published(world, token)
    assert key["alg"] == algorithm
    kind = jwk.ECKey if algorithm == "ES256" else jwk.RSAKey
    by_joserfc = jose.decode(token, kind.import_key(key), algorithms=[algorithm]).claims
    assert by_joserfc == by_pyjwt(world, token, client.client_id)


def test_2_the_id_token_says_who_when_how_and_nothing_about_the_pupil(
    world: World, clock: HandClock
) -> None:
    client, secret = world.client()
    signed_in = int(clock().timestamp())
    clock.forward(seconds=30)
    tokens = world.tokens(client, secret, scope="openid edu", nonce="n-0S6")
    claims = by_pyjwt(world, tokens["id_token"], client.client_id)
    assert claims.keys() == {
        "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "at_hash",
    }  # fmt: skip
    assert claims["aud"] == client.client_id
    assert claims["nonce"] == "n-0S6"
    assert claims["auth_time"] == signed_in
    assert claims["iat"] == signed_in + 30
    assert claims["exp"] == claims["iat"] + 300


def test_3_1_3_6_at_hash_is_the_left_half_of_the_access_tokens_digest(world: World) -> None:
    client, secret = world.client()
    tokens = world.tokens(client, secret)
    half = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    claims = by_pyjwt(world, tokens["id_token"], client.client_id)
    assert claims["at_hash"] == urlsafe_b64encode(half).rstrip(b"=").decode()


def test_2_without_a_nonce_there_is_none(world: World) -> None:
    client, secret = world.client()
    tokens = world.tokens(client, secret, nonce=None)
    assert "nonce" not in by_pyjwt(world, tokens["id_token"], client.client_id)


def test_no_refresh_token_is_issued_even_if_offline_access_is_asked(world: World) -> None:
    client, secret = world.client()
    assert "refresh_token" not in world.tokens(client, secret, scope="openid offline_access")


def test_3_1_2_1_a_second_sign_in_moves_auth_time_forward(world: World, clock: HandClock) -> None:
    client, secret = world.client()
    first = by_pyjwt(world, world.tokens(client, secret)["id_token"], client.client_id)
    clock.forward(minutes=2)
    world.sign_in()
    second = by_pyjwt(world, world.tokens(client, secret)["id_token"], client.client_id)
    assert second["auth_time"] == first["auth_time"] + 120
    assert second["sub"] == first["sub"]
