"""OpenID Connect Core 5.3 and RFC 6750: the userinfo endpoint."""

import pytest

from identity.provider.usecases.own_clients import set_active
from kernel.errors import DeniedError, MissingError, UnavailableError
from kernel.principal import Role
from kernel.runtime import Runtime
from tests.conftest import HandClock
from tests.identity.provider.world import World, staff

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def world(runtime: Runtime) -> World:
    made = World(runtime)
    made.sign_in()
    return made


@pytest.fixture
def token(world: World) -> str:
    client, secret = world.client()
    return str(world.tokens(client, secret, scope="openid edu")["access_token"])


def test_5_3_1_the_token_comes_by_header_in_a_get_or_a_post(world: World, token: str) -> None:
    for method in ("GET", "POST"):
        for scheme in ("Bearer", "bearer", "BEARER"):
            response = world.run(
                world.request(method, "/userinfo", headers={"Authorization": f"{scheme} {token}"})
            )
            assert response.status_code == 200
            assert response.headers["cache-control"] == "no-store"


def test_2_2_the_token_comes_in_a_form_body(world: World, token: str) -> None:
    assert world.post("/userinfo", data={"access_token": token}).status_code == 200


def test_2_two_ways_at_once_are_invalid_request(world: World, token: str) -> None:
    response = world.post(
        "/userinfo", data={"access_token": token}, headers={"Authorization": f"Bearer {token}"}
    )
    assert response.status_code == 400
    assert 'error="invalid_request"' in response.headers["www-authenticate"]


def test_2_3_a_token_in_the_query_is_not_looked_at(world: World, token: str) -> None:
    response = world.get("/userinfo", params={"access_token": token})
    assert response.status_code == 401


def test_3_without_a_token_the_challenge_has_no_error_code(world: World) -> None:
    for headers in ({}, {"Authorization": "Basic x"}):
        response = world.get("/userinfo", headers=headers)
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == 'Bearer realm="xueyin"'


def test_3_1_a_bad_token_is_invalid_token(world: World, token: str) -> None:
    for bad in ("x", token[:-2] + "AA", token + "=", "." * 3, "é"):
        response = world.get("/userinfo", headers=[(b"authorization", f"Bearer {bad}".encode())])
        assert response.status_code == 401, bad
        assert 'error="invalid_token"' in response.headers["www-authenticate"]


def test_3_1_an_expired_token_is_refused_also_after_it_was_cached(
    world: World, token: str, clock: HandClock
) -> None:
    assert world.userinfo(token).status_code == 200
    clock.forward(seconds=299)
    assert world.userinfo(token).status_code == 200
    clock.forward(seconds=1)
    assert world.userinfo(token).status_code == 401


def test_3_1_a_clients_own_token_does_not_open_userinfo(world: World) -> None:
    client, secret = world.client()
    form = {"grant_type": "client_credentials"}
    answer = world.post("/token", data=form, auth=(client.client_id, secret)).json()
    assert world.userinfo(answer["access_token"]).status_code == 401


def test_5_3_2_a_withdrawn_approval_counts_at_the_next_call(world: World, token: str) -> None:
    world.door.refusal = DeniedError("授权已撤销", rule="学籍办法第二十四条")
    response = world.userinfo(token)
    assert response.status_code == 403
    assert 'error="insufficient_scope"' in response.headers["www-authenticate"]
    assert response.headers["www-authenticate"].isascii()
    assert "/refusals#refusal_" in response.json()["error_uri"]


def test_while_the_log_cannot_be_written_only_sub_leaves(world: World, token: str) -> None:
    world.door.refusal = UnavailableError("日志不可写")
    assert world.userinfo(token).json().keys() == {"sub"}


def test_a_pupil_who_has_left_the_registry_has_no_token_any_more(world: World, token: str) -> None:
    world.door.refusal = MissingError("没有这名学生")
    assert world.userinfo(token).status_code == 401


def test_nothing_that_the_door_returns_can_replace_sub(world: World, token: str) -> None:
    world.door.extra = {"sub": "somebody else"}
    assert world.userinfo(token).json()["sub"] != "somebody else"


def test_a_disabled_clients_tokens_die_at_once(world: World) -> None:
    client, secret = world.client()
    token = world.tokens(client, secret)["access_token"]
    assert world.userinfo(token).status_code == 200
    world.run(set_active(world.services, staff(Role.DEVELOPER), client.client_id, active=False))
    assert world.userinfo(token).status_code == 401


def test_other_methods_are_405(world: World) -> None:
    assert world.run(world.request("PUT", "/userinfo")).status_code == 405
