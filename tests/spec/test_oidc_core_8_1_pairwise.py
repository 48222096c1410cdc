"""OpenID Connect Core 8.1: pairwise subjects, random and stored."""

import asyncio

import jwt
import pytest
import sqlalchemy as sa

from identity.provider.domain.client import Client
from identity.provider.store.codes import subject_for
from identity.provider.store.tables import subject
from kernel.runtime import Runtime
from tests.identity.provider.world import CALLBACK, World


@pytest.fixture
def world(runtime: Runtime) -> World:
    made = World(runtime)
    made.sign_in()
    return made


def subject_of(world: World, client: Client, secret: str, **changes: str) -> str:
    token = world.tokens(client, secret, **changes)["id_token"]
    return str(jwt.decode(token, options={"verify_signature": False})["sub"])


def test_clients_of_one_host_see_the_same_subject(world: World) -> None:
    first, second = world.client(), world.client()
    assert subject_of(world, *first) == subject_of(world, *second)


def test_clients_of_different_hosts_cannot_link_a_pupil(world: World) -> None:
    first, second = world.client(), world.client(redirect_uris=("https://other.example/cb",))
    other = world.get(
        "/authorize", params=world.parameters(second[0], redirect_uri="https://other.example/cb")
    )
    code = other.headers["location"].split("code=")[1].split("&")[0]
    tokens = world.exchange(*second, code, redirect_uri="https://other.example/cb").json()
    seen = jwt.decode(tokens["id_token"], options={"verify_signature": False})["sub"]
    assert seen != subject_of(world, *first)


def test_a_loopback_host_belongs_to_nobody_so_each_client_is_its_own_sector(world: World) -> None:
    uris = ("http://127.0.0.1:8001/cb",)
    first, second = world.client(redirect_uris=uris)[0], world.client(redirect_uris=uris)[0]
    assert first.sector != second.sector


def test_a_subject_is_stable_and_has_nothing_of_the_pupils_id(world: World) -> None:
    client, secret = world.client()
    first = subject_of(world, client, secret)
    assert subject_of(world, client, secret) == first
    assert len(first) == 32
    assert "student_1" not in first


def test_two_pupils_have_two_subjects(world: World) -> None:
    client, secret = world.client()
    first = subject_of(world, client, secret)
    world.sign_in("student_2", "session_2")
    assert subject_of(world, client, secret) != first


def test_fifty_first_sign_ins_at_once_agree_on_one_subject(world: World) -> None:
    database, now = world.runtime.database, world.runtime.clock()

    async def first_sign_in(number: int) -> str:
        return await database.write(
            lambda c: subject_for(c, "h.example", "student_9", f"fresh-{number}", now)
        )

    async def race() -> list[str]:
        return await asyncio.gather(*(first_sign_in(number) for number in range(50)))

    assert len(set(world.run(race()))) == 1
    rows = world.run(database.read(sa.select(subject).where(subject.c.sector == "h.example")))
    assert len(rows) == 1


def test_callback_is_the_host_that_the_sector_names(world: World) -> None:
    assert world.client()[0].sector == CALLBACK.split("/")[2]
