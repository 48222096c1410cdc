"""RFC 6749 sections 2.3, 4.4, 5.1 and 5.2: the token endpoint's answers and errors."""

from base64 import b64encode

import httpx2
import pytest

from identity.provider.domain.client import GrantType
from identity.provider.usecases.own_clients import set_active
from kernel.principal import Role
from kernel.runtime import Runtime
from tests.identity.provider.world import World, staff

CREDENTIALS = {"grant_type": "client_credentials"}


@pytest.fixture
def world(runtime: Runtime) -> World:
    return World(runtime)


def is_error(response: httpx2.Response, status: int, code: str) -> bool:
    body = response.json()
    allowed = set(body) <= {"error", "error_description", "error_uri"}
    stored = response.headers["cache-control"] == "no-store"
    text = body.get("error_description", "")
    plain = text.isascii() and '"' not in text and "\\" not in text
    return (response.status_code, body["error"], allowed, stored, plain) == (
        status, code, True, True, True,
    )  # fmt: skip


def test_4_4_a_client_gets_its_own_token_without_refresh_token_or_id_token(world: World) -> None:
    client, secret = world.client()
    answer = world.post("/token", data=CREDENTIALS, auth=(client.client_id, secret)).json()
    assert answer.keys() == {"access_token", "token_type", "expires_in", "scope"}
    assert answer["scope"] == "registry.read"


def test_2_3_1_id_and_secret_are_form_encoded_inside_the_header(world: World) -> None:
    client, secret = world.client()
    encoded = b64encode(f"{client.client_id}:{secret.replace('-', '%2D')}".encode()).decode()
    response = world.post("/token", data=CREDENTIALS, headers={"Authorization": f"basic {encoded}"})
    assert response.status_code == 200


def test_5_2_invalid_client_is_401_and_names_the_scheme(world: World) -> None:
    client, _ = world.client()
    for user, password in ((client.client_id, "wrong"), ("client_0", "wrong")):
        response = world.post("/token", data=CREDENTIALS, auth=(user, password))
        assert is_error(response, 401, "invalid_client")
        assert response.headers["www-authenticate"] == 'Basic realm="xueyin"'


def test_an_unknown_client_and_a_wrong_secret_are_answered_with_the_same_bytes(
    world: World,
) -> None:
    client, _ = world.client()
    known = world.post("/token", data=CREDENTIALS, auth=(client.client_id, "wrong"))
    unknown = world.post("/token", data=CREDENTIALS, auth=("client_0", "wrong"))
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)


@pytest.mark.parametrize(
    "header",
    ["Basic", "Basic !", "Basic Og==", "Basic eA==", "Digest x", "Bearer x", "Basic w6k6w6k="],
)
def test_2_3_1_unreadable_credentials_are_invalid_client(world: World, header: str) -> None:
    response = world.post("/token", data=CREDENTIALS, headers={"Authorization": header})
    assert is_error(response, 401, "invalid_client")


def test_2_3_no_credentials_or_only_a_client_id_are_invalid_client(world: World) -> None:
    client, _ = world.client()
    for form in (CREDENTIALS, {**CREDENTIALS, "client_id": client.client_id}):
        assert is_error(world.post("/token", data=form), 401, "invalid_client")


def test_2_3_1_a_secret_in_the_body_is_not_a_registered_method(world: World) -> None:
    client, secret = world.client()
    form = {**CREDENTIALS, "client_id": client.client_id, "client_secret": secret}
    assert is_error(world.post("/token", data=form), 401, "invalid_client")


def test_2_3_two_methods_at_once_are_invalid_request(world: World) -> None:
    client, secret = world.client()
    form = {**CREDENTIALS, "client_secret": secret}
    response = world.post("/token", data=form, auth=(client.client_id, secret))
    assert is_error(response, 400, "invalid_request")


def test_a_client_id_beside_the_header_must_be_the_same(world: World) -> None:
    client, secret = world.client()
    form = {**CREDENTIALS, "client_id": "client_0"}
    response = world.post("/token", data=form, auth=(client.client_id, secret))
    assert is_error(response, 401, "invalid_client")


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "guess"}, "invalid_grant"),
        ({"grant_type": "client_credentials", "scope": "openid"}, "invalid_scope"),
        ({"grant_type": "client_credentials", "scope": "registry.read x"}, "invalid_scope"),
    ],
)
def test_5_2_each_fault_has_its_code(world: World, form: dict[str, str], code: str) -> None:
    client, secret = world.client()
    response = world.post("/token", data={"x": "y", **form}, auth=(client.client_id, secret))
    assert is_error(response, 400, code)


def test_5_2_a_client_without_the_grant_is_unauthorized_client(world: World) -> None:
    client, secret = world.client(grants=(GrantType.AUTHORIZATION_CODE,))
    response = world.post("/token", data=CREDENTIALS, auth=(client.client_id, secret))
    assert is_error(response, 400, "unauthorized_client")
    other, secret = world.client(grants=(GrantType.CLIENT_CREDENTIALS,), redirect_uris=())
    response = world.exchange(other, secret, "code")
    assert is_error(response, 400, "unauthorized_client")


def test_3_2_only_post_and_only_forms(world: World) -> None:
    client, secret = world.client()
    assert world.get("/token").status_code == 405
    response = world.post("/token", json=CREDENTIALS, auth=(client.client_id, secret))
    assert is_error(response, 400, "invalid_request")


def test_a_disabled_client_gets_nothing(world: World) -> None:
    client, secret = world.client()
    world.run(set_active(world.services, staff(Role.DEVELOPER), client.client_id, active=False))
    response = world.post("/token", data=CREDENTIALS, auth=(client.client_id, secret))
    assert is_error(response, 401, "invalid_client")
