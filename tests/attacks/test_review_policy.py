"""Attacks by policy: what was loosened after the signature loosens no table and no count."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kernel.errors import InvalidError
from kernel.runtime import Runtime
from policies.reading import parse
from sharing.requests.domain.scope import Bounds
from sharing.requests.usecases.services import SharingServices
from sharing.tables.usecases.release_table import release_table
from tests.sharing.door_world import Door, Wish, open_door
from tests.sharing.request_world import POLICY, run
from tests.sharing.test_door_files import RESEARCH, research, table, unpacked

COUNTS = Wish(
    "government_statistics",
    {"sex": "keep", "orphan": "keep"},
    {"deliveries": ["counts"], "basis": "statutory_duty"},
    Bounds(1000, 20, 0.05),
)


def loosened(door: Door, change: Callable[[dict[str, Any]], None]) -> SharingServices:
    """Return the services under a policy that was changed after the signature."""
    document = json.loads(json.dumps(dict(POLICY.document)))
    change(document)
    return replace(door.services, policy=parse(document))


def _smaller_groups(document: dict[str, Any]) -> None:
    document["privacy"]["k"] = dict.fromkeys(document["privacy"]["k"], 2)
    document["privacy"]["small_cell"] = 2


def test_a_policy_loosened_after_the_signature_lets_no_smaller_group_into_a_table(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await research(door)
            request_id = await door.request_of(await door.approve(RESEARCH))
            services = loosened(door, _smaller_groups)
            released = await release_table(services, door.world.developer(), request_id)
            _, *rows = table(unpacked(released))
            assert all(rows.count(row) >= 10 for row in rows)

    run(story())


def test_a_policy_loosened_after_the_signature_tells_no_smaller_count(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.other_recipient("statistics_bureau", "历下区统计局")
            await door.pupils(40, sex="1", grade="06", orphan="0")
            await door.pupils(19, sex="1", grade="06", orphan="1")
            await door.pupils(41, sex="2", grade="06", orphan="0")
            await door.pupils(18, sex="2", grade="06", orphan="1")
            request_id = await door.request_of(await door.approve(COUNTS))
            services = loosened(door, _smaller_groups)
            released = await release_table(services, door.world.developer(), request_id)
            _, *rows = table(unpacked(released))
            told = {int(row[-1]) for row in rows if row[-1] != "*"}
            assert told
            assert min(told) >= 20

    run(story())


def test_the_least_count_that_an_approver_signed_for_binds(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.other_recipient("statistics_bureau", "历下区统计局")
            await door.pupils(25, sex="1", grade="06", orphan="0")
            await door.pupils(40, sex="2", grade="06", orphan="0")
            with pytest.raises(InvalidError, match="实测最小组为 25"):
                await door.approve(replace(COUNTS, bounds=Bounds(1000, 30, 0.05)))

    run(story())
