"""Releases over time at the door: a second table leaves as it is, with few left out, coarser, from
the first answer, or not at all; and a race of two that may not both leave has one winner.
"""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from kernel.errors import DeniedError
from kernel.ids import DataRequestId
from kernel.principal import Principal
from kernel.runtime import Runtime
from policies import Policy
from policies.reading import parse
from server.ports import DoorPreview
from sharing.domain.scope import Bounds
from sharing.store import answers, overtime_tables, release_tables
from sharing.store.attachments import open_row, select_list, select_one
from sharing.usecases.release_table import release_table
from tests.sharing.door_world import ADULT, Door, Wish, open_door
from tests.sharing.request_world import POLICY, Answer, run
from tests.sharing.test_door_files import table, unpacked

BOUNDS = Bounds(most_rows=1000, least_k=10, highest_risk=0.1)
BOTH: dict[str, Answer] = {"deliveries": ["file"], "basis": "statutory_duty"}
FIVE = BOTH | {"grades": ["05"]}
BY_SEX = Wish("education_research", {"sex": "keep"}, BOTH, BOUNDS)
BY_GRADE = Wish("education_research", {"grade": "keep"}, BOTH, BOUNDS)
BY_SEX_IN_FIVE = replace(BY_SEX, form=FIVE)


async def pupils(door: Door, *few: tuple[str, str, int]) -> None:
    """Twenty girls and twenty boys in grade 5, and some more: grade, sex, how many."""
    for grade, sex, count in (("05", "1", 20), ("05", "2", 20), *few):
        await door.pupils(count, grade=grade, sex=sex, birth_date=ADULT)


async def asked(door: Door, wish: Wish, name: str = "泉城大学") -> tuple[Principal, DataRequestId]:
    """A recipient of its own with an approval of its own; returns who may fetch, and what."""
    await door.other_recipient("university", name)
    request_id = await door.request_of(await door.approve(wish))
    return door.world.developer(), request_id


async def fetched(door: Door, who: Principal, request_id: DataRequestId) -> dict[str, bytes]:
    released = await release_table(door.services, who, request_id)
    return unpacked(released)


def colluding(*words: str) -> Policy:
    document = json.loads(json.dumps(dict(POLICY.document)))
    document["privacy"]["collude"] = list(words)
    return parse(document)


def under(door: Door, policy: Policy) -> None:
    """Let the door, its previews included, go by another policy from now on."""
    previews = door.services.preview
    assert isinstance(previews, DoorPreview)
    door.world.services = previews.services = replace(door.services, policy=policy)


def test_a_cohort_less_a_few_pupils_is_refused_to_a_second_recipient(
    either_runtime: Runtime, tmp_path: Path
) -> None:
    """Differencing: grade 5 and 6 by sex, then grade 5 alone, would tell of two sixth-graders."""

    async def story() -> None:
        async with open_door(either_runtime, tmp_path) as door:
            await pupils(door, ("06", "1", 2), ("06", "2", 10))
            first = await asked(door, BY_SEX)
            await fetched(door, *first)
            (left,) = await door.disclosures()
            who, request_id = await asked(door, BY_SEX_IN_FIVE, "泺源大学")
            with pytest.raises(DeniedError, match="叠加") as refusal:
                await fetched(door, who, request_id)
            assert left.id not in json.dumps(refusal.value.as_dict())
            assert len(await door.disclosures()) == 1
            assert [one["codes"] for one in await door.entries("refusal")] == [["overlap"]]
            (kept,) = await either_runtime.database.read(sa.select(overtime_tables.overlap))
            assert (kept.disclosure_ids, kept.outcome) == ([left.id], "refused")
            assert (kept.smallest, kept.least) == (2, 10)
            assert await either_runtime.database.read(answers.overlaps_of(kept.approval_id))

    run(story())


def test_the_preview_tells_officials_which_release_stands_in_the_way(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await pupils(door, ("06", "1", 2), ("06", "2", 10))
            await fetched(door, *await asked(door, BY_SEX))
            (left,) = await door.disclosures()
            _, request_id = await asked(door, BY_SEX_IN_FIVE, "泺源大学")
            listed = await runtime.database.read(select_list(request_id))
            (kept,) = {one.digest for one in listed if one.kind == "preview"}
            (row,) = await runtime.database.read(select_one(request_id, kept, "preview"))
            (note,) = json.loads(open_row(runtime.keyring, row).content)["notes"]
            assert left.id in note
            assert "会被拒绝" in note

    run(story())


def test_under_a_policy_by_recipient_another_recipients_tables_do_not_count(
    runtime: Runtime, tmp_path: Path
) -> None:
    """Also the negative control: unjudged, the two tables differ by two pupils. All recipients
    together are remembered all the same, for the day on which the policy becomes strict.
    """

    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            under(door, colluding("recipient"))
            await pupils(door, ("06", "1", 2), ("06", "2", 10))
            whole = table(await fetched(door, *await asked(door, BY_SEX)))
            part = table(await fetched(door, *await asked(door, BY_SEX_IN_FIVE, "泺源大学")))
            assert whole.count(["1"]) - part.count(["1"]) == 2
            under(door, colluding("all"))
            files = await fetched(door, *await asked(door, BY_GRADE, "趵突大学"))
            assert table(files).count(["06"]) == 10
            assert json.loads(files["report.json"])["overtime"]["omitted"] == 2

    run(story())


def test_crossing_classes_leave_in_a_coarser_form(runtime: Runtime, tmp_path: Path) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await pupils(door, ("06", "1", 20), ("06", "2", 4))
            await fetched(door, *await asked(door, BY_SEX))
            files = await fetched(door, *await asked(door, BY_GRADE, "泺源大学"))
            header, *rows = table(files)
            assert (header, {row[0] for row in rows}, len(rows)) == (["年级"], {"小学"}, 64)
            disclosure = json.loads(files["disclosure.json"])
            assert disclosure["forms"] == {"grade": "generalize:grade:stage"}
            report = json.loads(files["report.json"])
            assert report["overtime"] == {"omitted": 0, "coarser": ["grade"]}

    run(story())


def test_who_came_since_the_first_table_is_left_out_of_the_second(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await pupils(door)
            before = table(await fetched(door, *await asked(door, BY_SEX)))
            await door.pupils(2, grade="05", sex="1", birth_date=ADULT)
            files = await fetched(door, *await asked(door, BY_SEX, "泺源大学"))
            assert table(files) == before
            assert json.loads(files["report.json"])["overtime"]["omitted"] == 2

    run(story())


def test_the_same_request_gets_the_same_bytes_and_takes_no_quota(
    either_runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(either_runtime, tmp_path) as door:
            await pupils(door)
            who, request_id = await asked(door, BY_SEX)
            first = await fetched(door, who, request_id)
            assert await fetched(door, who, request_id) == first
            assert len(await door.entries()) == len(await door.disclosures()) == 1
            (used,) = await either_runtime.database.read(sa.select(release_tables.usage))
            assert (used.calls, used.rows) == (1, 40)
            times = await either_runtime.database.read(
                sa.select(release_tables.disclosure_pupil.c.times).distinct()
            )
            assert [row.times for row in times] == [2]

    run(story())


def test_a_changed_cohort_is_answered_from_the_first_if_it_would_tell_of_one(
    either_runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(either_runtime, tmp_path) as door:
            await pupils(door)
            who, request_id = await asked(door, BY_SEX)
            first = await fetched(door, who, request_id)
            student = sa.table("registry_student", sa.column("id"), sa.column("status"))
            (one,) = await either_runtime.database.read(sa.select(student.c.id).limit(1))
            await door.execute(student.update().where(student.c.id == one.id).values(status="02"))
            assert await fetched(door, who, request_id) == first
            (kept,) = await either_runtime.database.read(sa.select(overtime_tables.overlap))
            assert (kept.outcome, kept.smallest) == ("repeated", 1)
            with pytest.raises(DeniedError, match="叠加"):
                await fetched(door, *await asked(door, BY_SEX, "泺源大学"))

    run(story())


def test_of_two_tables_at_once_that_may_not_both_leave_one_wins(
    either_runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(either_runtime, tmp_path) as door:
            await pupils(door, ("06", "1", 4), ("06", "2", 4))
            asks = [
                await asked(door, BY_SEX),
                await asked(door, BY_SEX_IN_FIVE, "泺源大学"),
            ]
            tries = [fetched(door, who, request_id) for who, request_id in asks]
            results = await asyncio.gather(*tries, return_exceptions=True)
            assert sum(isinstance(one, dict) for one in results) == 1
            assert sum(isinstance(one, DeniedError) for one in results) == 1
            assert len(await door.disclosures()) == len(await door.entries()) == 1

    run(story())


def test_counts_over_a_cohort_and_over_a_part_of_it_are_not_both_told(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.other_recipient("statistics_bureau", "历下区统计局")
            await door.pupils(40, sex="1", grade="05", orphan="0")
            await door.pupils(40, sex="2", grade="05", orphan="0")
            await door.pupils(3, sex="2", grade="06", orphan="0")
            form: dict[str, Answer] = {"deliveries": ["counts"], "basis": "statutory_duty"}
            counts = Wish("government_statistics", {"sex": "keep"}, form, Bounds(1000, 20, 0.05))
            first = await door.request_of(await door.approve(counts))
            await fetched(door, door.world.developer(), first)
            part = replace(counts, form=form | {"grades": ["05"]})
            second = await door.request_of(await door.approve(part))
            with pytest.raises(DeniedError, match="叠加"):
                await fetched(door, door.world.developer(), second)

    run(story())
