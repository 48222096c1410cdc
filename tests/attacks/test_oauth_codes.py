"""RFC 9700 section 4.5: codes that are stolen, replayed, raced, swapped or kept too long."""

import asyncio

import pytest
import sqlalchemy as sa

from identity.provider.domain.client import Profile
from identity.provider.store.tables import code as codes
from identity.provider.store.tables import family, refusal
from identity.provider.usecases.cache import ProviderCache
from kernel.database import open_database
from kernel.runtime import Runtime
from tests.conftest import HandClock
from tests.identity.provider.world import VERIFIER, World


@pytest.fixture
def world(runtime: Runtime) -> World:
    made = World(runtime)
    made.sign_in()
    return made


def test_a_replayed_code_is_refused_and_kills_the_tokens_issued_before(world: World) -> None:
    client, secret = world.client()
    code = world.code(client)
    token = world.exchange(client, secret, code).json()["access_token"]
    assert world.userinfo(token).status_code == 200
    again = world.exchange(client, secret, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert world.userinfo(token).status_code == 401


def test_a_replay_leaves_a_trace_that_the_developer_can_read(world: World) -> None:
    client, secret = world.client()
    code = world.code(client)
    world.exchange(client, secret, code)
    world.exchange(client, secret, code, code_verifier="x")
    rows = world.run(world.runtime.database.read(sa.select(refusal)))
    assert [(row.client_id, row.reasons[0]["code"]) for row in rows] == [
        (client.client_id, "code_replay")
    ]


def test_of_fifty_exchanges_at_once_one_wins_and_its_token_dies(world: World) -> None:
    client, secret = world.client()
    form = world.code_form(world.code(client))
    auth = (client.client_id, secret)

    async def race() -> list[dict[str, str]]:
        calls = (world.request("POST", "/token", data=form, auth=auth) for _ in range(50))
        return [response.json() for response in await asyncio.gather(*calls)]

    answers = world.run(race())
    won = [answer for answer in answers if "access_token" in answer]
    assert len(won) == 1
    assert {a["error"] for a in answers if "error" in a} == {"invalid_grant"}
    assert world.userinfo(won[0]["access_token"]).status_code == 401
    assert len(world.run(world.runtime.database.read(sa.select(family)))) == 1


def test_a_spent_code_stays_spent_after_a_restart(world: World) -> None:
    client, secret = world.client()
    code = world.code(client)
    world.exchange(client, secret, code)
    url = str(world.runtime.database._engine.url)  # type: ignore[attr-defined]  # noqa: SLF001
    reopened = Runtime(open_database(url), world.runtime.keyring, world.runtime.clock)
    try:
        object.__setattr__(world.services, "runtime", reopened)
        object.__setattr__(world.services, "cache", ProviderCache(reopened))
        assert world.exchange(client, secret, code).json()["error"] == "invalid_grant"
    finally:
        reopened.database.close()


def test_a_code_dies_after_sixty_seconds(world: World, clock: HandClock) -> None:
    client, secret = world.client()
    young, old = world.code(client), world.code(client)
    clock.forward(seconds=59.9)
    assert world.exchange(client, secret, young).status_code == 200
    clock.forward(seconds=0.1)
    assert world.exchange(client, secret, old).json()["error"] == "invalid_grant"


def test_another_client_cannot_use_or_burn_a_code(world: World) -> None:
    client, secret = world.client()
    thief, thief_secret = world.client()
    code = world.code(client)
    stolen = world.exchange(thief, thief_secret, code)
    assert stolen.json()["error"] == "invalid_grant"
    assert world.exchange(client, secret, code).status_code == 200


def test_another_client_cannot_kill_a_family_by_replaying_its_code(world: World) -> None:
    client, secret = world.client()
    thief, thief_secret = world.client()
    code = world.code(client)
    token = world.exchange(client, secret, code).json()["access_token"]
    world.exchange(thief, thief_secret, code)
    assert world.userinfo(token).status_code == 200


def test_pkce_cannot_be_left_out_at_the_exchange(world: World) -> None:
    client, secret = world.client()
    for verifier in (None, "", "a" * 42, "a" * 43, "a" * 129, VERIFIER[:-1], VERIFIER + " "):
        code = world.code(client)
        response = world.exchange(client, secret, code, code_verifier=verifier)
        assert response.json()["error"] == "invalid_grant"


def test_pkce_downgrade_a_verifier_without_a_challenge_is_refused(world: World) -> None:
    client, secret = world.client(
        profile=Profile.OIDC_BASIC, profile_reason="旧系统无法升级到新的库版本"
    )
    code = world.code(client, code_challenge=None, code_challenge_method=None)
    response = world.exchange(client, secret, code, code_verifier=VERIFIER)
    assert response.json()["error"] == "invalid_grant"


def test_the_code_itself_is_not_in_the_database(world: World) -> None:
    client, _ = world.client()
    code = world.code(client)
    row = world.run(world.runtime.database.read(sa.select(codes)))[0]
    assert code not in repr(tuple(row))
    assert len(code) == 43
