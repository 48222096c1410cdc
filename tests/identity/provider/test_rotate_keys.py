"""Signing keys come to life, follow one another, and are never readable in the database."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from identity.provider.domain.config import Lifetimes
from identity.provider.store.keys import key_of, private_half
from identity.provider.store.tables import token_key
from identity.provider.usecases.rotate_keys import ensure_keys, rotate_keys
from kernel.envelope import Keyring, KeyUnavailableError
from kernel.errors import ConflictError
from kernel.runtime import Runtime
from tests.conftest import HandClock
from tests.identity.provider.world import World


def states(runtime: Runtime) -> list[tuple[str, str]]:
    rows = World.run(runtime.database.read(sa.select(token_key)))
    return sorted((row.algorithm, row.state) for row in rows)


FIRST = [("ES256", "active"), ("ES256", "next"), ("RS256", "active"), ("RS256", "next")]


def test_an_empty_database_gets_an_active_and_a_next_key_of_each_kind(runtime: Runtime) -> None:
    World.run(ensure_keys(runtime))
    assert states(runtime) == FIRST
    World.run(ensure_keys(runtime))
    assert states(runtime) == FIRST


def test_processes_that_start_at_once_agree_on_their_keys(runtime: Runtime) -> None:
    async def start() -> None:
        await asyncio.gather(ensure_keys(runtime), ensure_keys(runtime))

    World.run(start())
    assert states(runtime) == FIRST


def test_a_rotation_moves_each_key_one_step(runtime: Runtime) -> None:
    world = World(runtime)
    before = {k["kid"] for k in world.get("/jwks.json").json()["keys"]}
    signing = world.run(rotate_keys(runtime))
    assert set(signing) < before
    assert states(runtime) == sorted([*FIRST, ("ES256", "retiring"), ("RS256", "retiring")])


def test_a_replaced_key_is_retired_after_its_time_and_not_before(
    runtime: Runtime, clock: HandClock
) -> None:
    world = World(runtime)
    first = {k["kid"] for k in world.get("/jwks.json").json()["keys"]}
    world.run(rotate_keys(runtime))
    clock.forward(hours=23)
    world.run(rotate_keys(runtime))
    assert ("ES256", "retired") not in states(runtime)
    clock.forward(hours=2)
    world.run(rotate_keys(runtime, Lifetimes(retiring=timedelta(hours=24))))
    assert ("ES256", "retired") in states(runtime)
    left = {k["kid"] for k in world.get("/jwks.json").json()["keys"]}
    assert len(first & left) == 2


def test_of_two_rotations_at_once_one_wins_and_nothing_is_half_done(runtime: Runtime) -> None:
    World(runtime)

    async def both() -> tuple[object, ...]:
        return await asyncio.gather(
            rotate_keys(runtime), rotate_keys(runtime), return_exceptions=True
        )

    results = World.run(both())
    assert sum(isinstance(result, ConflictError) for result in results) == 1
    assert states(runtime) == sorted([*FIRST, ("ES256", "retiring"), ("RS256", "retiring")])


def test_private_keys_lie_sealed_and_open_only_in_their_own_row(runtime: Runtime) -> None:
    World(runtime)
    rows = World.run(runtime.database.read(sa.select(token_key)))
    keys = [key_of(row) for row in rows]
    for key in keys:
        assert b"\x06\x08*\x86H\xce=" not in key.sealed  # no PKCS #8 curve name in clear
        assert private_half(runtime.keyring, key)
    with pytest.raises(KeyUnavailableError):
        private_half(Keyring(b"\x08" * 32), keys[0])
    with pytest.raises(KeyUnavailableError):
        private_half(runtime.keyring, replace(keys[0], kid=keys[1].kid))
