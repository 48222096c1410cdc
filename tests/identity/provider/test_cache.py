"""What the cache may and may not keep."""

import pytest

from identity.provider.domain.basic import hash_secret
from identity.provider.store import clients
from identity.provider.usecases.cache import ProviderCache
from kernel.runtime import Runtime
from tests.conftest import HandClock
from tests.identity.provider.world import World

FORM = {"grant_type": "client_credentials"}


@pytest.fixture
def world(runtime: Runtime) -> World:
    return World(runtime)


def test_a_client_made_by_another_process_is_known_at_once(world: World) -> None:
    assert world.run(world.services.cache.client("client_0")) is None
    client, secret = world.client()
    assert world.post("/token", data=FORM, auth=(client.client_id, secret)).status_code == 200


def test_a_client_changed_by_another_process_is_seen_within_a_second(
    world: World, clock: HandClock
) -> None:
    client, secret = world.client()
    auth = (client.client_id, secret)
    assert world.post("/token", data=FORM, auth=auth).status_code == 200
    world.run(
        world.runtime.database.write(
            lambda c: clients.change(
                c, client.client_id, client.owner, secret_hash=hash_secret("other")
            )
        )
    )
    clock.forward(seconds=1)
    assert world.post("/token", data=FORM, auth=auth).status_code == 401


def test_a_clients_token_costs_no_write(world: World) -> None:
    client, secret = world.client()
    jobs: list[object] = []
    world.runtime.database.write = jobs.append  # type: ignore[assignment,method-assign]
    assert world.post("/token", data=FORM, auth=(client.client_id, secret)).status_code == 200
    assert jobs == []


def test_a_code_exchange_costs_one_write(world: World) -> None:
    client = world.key_client()
    world.sign_in()
    form, assertion = world.code_form(world.code(client)), world.assertion(client)
    write, jobs = world.runtime.database.write, []

    async def counted(job: object) -> object:
        jobs.append(job)
        return await write(job)  # type: ignore[arg-type]

    world.runtime.database.write = counted  # type: ignore[assignment,method-assign]
    assert world.by_assertion(assertion, **form).status_code == 200
    assert len(jobs) == 1


def test_a_cache_that_is_thrown_away_is_filled_anew(world: World) -> None:
    first = world.run(world.services.cache.keys())
    assert world.run(world.services.cache.keys()) is first
    world.services.cache.forget()
    again = world.run(world.services.cache.keys())
    assert again is not first
    assert again.jwks == first.jwks
    assert world.run(ProviderCache(world.runtime).keys()).jwks == first.jwks
