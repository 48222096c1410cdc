"""Attacks on who receives: an app that changed hands, a sandbox behind the switch."""

from dataclasses import replace
from pathlib import Path

import pytest

from kernel.errors import DeniedError
from kernel.principal import Role
from kernel.runtime import Runtime
from sharing.approvals.usecases.emergency_stop import Pull, pull_switch
from sharing.door.usecases.claims import release
from sharing.door.usecases.release_records import Page, release_records
from tests.sharing.door_world import ADULT, open_door
from tests.sharing.request_world import run

ALL = frozenset({"*"})


def test_an_app_that_changed_hands_takes_no_approval_along(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            pupil = await door.pupil(birth_date=ADULT)
            await door.agree(pupil)
            app = door.client
            await door.other_recipient("app_provider", "另一家公司")
            moved = replace(app, recipient_id=door.client.recipient_id)
            assert moved.recipient_id != app.recipient_id
            door.world.clients.known.append(moved)
            assert await release(door.services, moved, pupil, ALL) == {}
            with pytest.raises(DeniedError, match="没有生效的批准"):
                await release(door.services, moved, pupil, frozenset({"grade"}))
            with pytest.raises(DeniedError, match="没有生效的批准"):
                await release_records(door.services, door.program(moved), Page(frozenset()))
            assert await door.disclosures() == []
            assert await release(door.services, app, pupil, ALL)

    run(story())


@pytest.mark.parametrize("scope", ["global", "client"])
def test_the_switch_stops_a_sandbox_too(runtime: Runtime, tmp_path: Path, scope: str) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            (pupil,) = await door.pupils(1, synthetic=True)
            assert await release(door.services, door.sandbox, pupil, ALL)
            target = door.sandbox.client_id if scope == "client" else ""
            admin = door.world.person("county", Role.ADMINISTRATOR)
            await pull_switch(door.services, admin, Pull(scope, target, "演练紧急停止"))
            with pytest.raises(DeniedError, match="停止"):
                await release(door.services, door.sandbox, pupil, ALL)
            program = door.program(door.sandbox)
            with pytest.raises(DeniedError, match="停止"):
                await release_records(door.services, program, Page(frozenset({"grade"})))

    run(story())
