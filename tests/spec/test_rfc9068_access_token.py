"""RFC 9068: access tokens as JWTs."""

import jwt
import pytest

from kernel.runtime import Runtime
from tests.identity.provider.world import ISSUER, World


@pytest.fixture
def world(runtime: Runtime) -> World:
    made = World(runtime)
    made.sign_in()
    return made


def own_token(world: World) -> tuple[str, str]:
    client, secret = world.client()
    form = {"grant_type": "client_credentials"}
    answer = world.post("/token", data=form, auth=(client.client_id, secret)).json()
    return client.client_id, answer["access_token"]


def test_2_1_the_header_has_typ_alg_and_kid_and_nothing_else(world: World) -> None:
    _, token = own_token(world)
    header = jwt.get_unverified_header(token)
    assert header.keys() == {"alg", "kid", "typ"}
    assert (header["typ"], header["alg"]) == ("at+jwt", "ES256")


def test_2_2_the_required_claims_are_there_and_verify_in_pyjwt(world: World) -> None:
    client_id, token = own_token(world)
    kid = jwt.get_unverified_header(token)["kid"]
    keys = {key["kid"]: key for key in world.get("/jwks.json").json()["keys"]}
    claims = jwt.decode(
        token, jwt.PyJWK(keys[kid]), algorithms=["ES256"], audience=f"{ISSUER}/share",
        issuer=ISSUER, options={"verify_exp": False, "verify_iat": False},
    )  # fmt: skip
    assert claims.keys() == {"iss", "exp", "aud", "sub", "client_id", "iat", "jti", "scope"}
    assert claims["sub"] == claims["client_id"] == client_id
    assert claims["exp"] - claims["iat"] == 300


def test_2_2_every_token_has_its_own_random_id(world: World) -> None:
    seen = {
        jwt.decode(own_token(world)[1], options={"verify_signature": False})["jti"]
        for _ in range(5)
    }
    assert len(seen) == 5
    assert all(len(jti) == 22 for jti in seen)


def test_5_a_pupils_token_and_a_clients_token_have_different_audiences(world: World) -> None:
    client, secret = world.client()
    pupils = world.tokens(client, secret)["access_token"]
    audiences = {
        jwt.decode(token, options={"verify_signature": False})["aud"]
        for token in (pupils, own_token(world)[1])
    }
    assert audiences == {f"{ISSUER}/userinfo", f"{ISSUER}/share"}


def test_no_token_carries_a_pupils_id_or_fact(world: World) -> None:
    client, secret = world.client()
    tokens = world.tokens(client, secret, scope="openid edu")
    for name in ("access_token", "id_token"):
        claims = jwt.decode(tokens[name], options={"verify_signature": False})
        text = repr(claims)
        assert "student_1" not in text
        assert "李" not in text
        assert not any(claim.startswith("edu_") for claim in claims)
