"""RFC 7523 section 3 and draft rfc7523bis: client assertions."""

import asyncio
from typing import Any

import pytest
from joserfc import jwk

from identity.provider.domain.client import AuthMethod
from kernel.runtime import Runtime
from tests.conftest import HandClock
from tests.identity.provider.world import ASSERTION_TYPE, ISSUER, World, client_key


@pytest.fixture
def world(runtime: Runtime) -> World:
    return World(runtime)


def refused(world: World, assertion: str, **form: str) -> str:
    """Return why: the answer must be 401 invalid_client."""
    response = world.by_assertion(assertion, **form)
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
    return str(response.json()["error_description"])


@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "RS256"])
def test_each_registered_algorithm_is_accepted(world: World, algorithm: str) -> None:
    client = world.key_client(algorithm)
    response = world.by_assertion(world.assertion(client, algorithm=algorithm))
    assert response.status_code == 200, response.text


def test_a_code_is_exchanged_with_an_assertion(world: World) -> None:
    client = world.key_client()
    world.sign_in()
    form = world.code_form(world.code(client))
    response = world.by_assertion(world.assertion(client), **form)
    assert "id_token" in response.json()


@pytest.mark.parametrize(
    "aud",
    [f"{ISSUER}/token", ISSUER + "/", [ISSUER], [ISSUER, "x"], "https://other.example", None, ""],
)
def test_3_3_the_audience_is_the_issuer_as_one_string(world: World, aud: object) -> None:
    client = world.key_client()
    assert "aud" in refused(world, world.assertion(client, aud=aud))


@pytest.mark.parametrize("changes", [{"iss": None}, {"iss": "x"}, {"sub": None}, {"sub": "x"}])
def test_3_1_and_3_2_iss_and_sub_are_the_client(world: World, changes: dict[str, Any]) -> None:
    client = world.key_client()
    refused(world, world.assertion(client, **changes))


@pytest.mark.parametrize("seconds", [-300, -11, 311, 3600])
def test_3_4_an_expired_or_too_long_lived_assertion_is_refused(world: World, seconds: int) -> None:
    client = world.key_client()
    exp = int(world.runtime.clock().timestamp()) + seconds
    assert "expire" in refused(world, world.assertion(client, exp=exp))


@pytest.mark.parametrize("exp", [None, "soon", True, 1e400, -1, [1]])
def test_3_4_exp_is_a_number_and_required(world: World, exp: object) -> None:
    client = world.key_client()
    refused(world, world.assertion(client, exp=exp))


@pytest.mark.parametrize(("seconds", "status"), [(8, 200), (61, 401)])
def test_3_5_nbf_and_3_6_iat_may_be_a_little_ahead(world: World, seconds: int, status: int) -> None:
    client = world.key_client()
    ahead = int(world.runtime.clock().timestamp()) + seconds
    for name in ("nbf", "iat"):
        changes: dict[str, Any] = {name: ahead}
        sent = world.assertion(client, jti=name, **changes)
        assert world.by_assertion(sent).status_code == status


def test_3_7_an_assertion_works_once(world: World) -> None:
    client = world.key_client()
    assertion = world.assertion(client)
    assert world.by_assertion(assertion).status_code == 200
    assert "jti" in refused(world, assertion)


def test_3_7_an_assertion_is_spent_even_if_the_grant_was_refused(world: World) -> None:
    client = world.key_client()
    assertion = world.assertion(client)
    first = world.by_assertion(assertion, grant_type="password")
    assert first.json()["error"] == "unsupported_grant_type"
    assert "jti" in refused(world, assertion)


@pytest.mark.parametrize("jti", [None, "", 1, "x" * 257])
def test_3_7_jti_is_a_text_and_required(world: World, jti: object) -> None:
    client = world.key_client()
    assert "jti" in refused(world, world.assertion(client, jti=jti))


def test_two_clients_may_use_the_same_jti(world: World) -> None:
    for client in (world.key_client(), world.key_client()):
        assert world.by_assertion(world.assertion(client)).status_code == 200


def test_of_fifty_equal_assertions_at_once_one_wins(world: World) -> None:
    client = world.key_client()
    form = {
        "grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": world.assertion(client),
    }  # fmt: skip

    async def race() -> list[int]:
        calls = (world.request("POST", "/token", data=form) for _ in range(50))
        return [response.status_code for response in await asyncio.gather(*calls)]

    statuses = world.run(race())
    assert sorted(statuses) == [200] + [401] * 49


def test_2_2_the_assertion_type_must_be_jwt_bearer(world: World) -> None:
    client = world.key_client()
    refused(world, world.assertion(client), client_assertion_type="urn:x")


def test_rfc7521_4_2_a_client_id_beside_it_must_be_the_same(world: World) -> None:
    client = world.key_client()
    refused(world, world.assertion(client), client_id="client_0")
    sent = world.assertion(client, jti="2")
    assert world.by_assertion(sent, client_id=client.client_id).status_code == 200


def test_rfc6749_2_3_a_secret_beside_it_is_refused(world: World) -> None:
    client = world.key_client()
    sent = {
        "grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": world.assertion(client),
    }  # fmt: skip
    response = world.post("/token", data=sent, auth=(client.client_id, "x"))
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


def test_a_client_with_a_secret_cannot_use_an_assertion_and_the_reverse(world: World) -> None:
    with_secret, _ = world.client()
    refused(world, world.assertion(with_secret))
    with_key = world.key_client()
    response = world.post(
        "/token", data={"grant_type": "client_credentials"}, auth=(with_key.client_id, "")
    )
    assert response.status_code == 401


def test_one_of_two_registered_keys_is_chosen_by_kid_alone(world: World, clock: HandClock) -> None:
    second = jwk.ECKey.generate_key("P-256", {"kid": "second", "alg": "ES256"})
    keys = [client_key().as_dict(private=False), second.as_dict(private=False)]
    client, _ = world.client(auth_method=AuthMethod.PRIVATE_KEY_JWT, jwks={"keys": keys})
    good = world.assertion(client, key=second, header={"kid": "second"})
    assert world.by_assertion(good).status_code == 200
    refused(world, world.assertion(client, key=second, jti="2", header={"kid": "own-ES256"}))
    clock.forward(seconds=1)
    refused(world, world.assertion(client, key=second, jti="3", header={"kid": "third"}))
