"""Attacks on consent: shown little and sending more; by another way; by whom; after a change."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

import sharing.door.usecases.release_records as records_door
from kernel.errors import DeniedError
from kernel.ids import StudentId
from kernel.runtime import Runtime
from policies.reading import parse
from sharing.door.domain.leaving import Leaving
from sharing.door.domain.notice import NOTICE, Told
from sharing.door.store.release_tables import notice
from sharing.door.usecases.claims import acknowledge, offer, release
from sharing.door.usecases.disclose import Stopped, Written, disclose
from sharing.door.usecases.record_notice import record_notices, withdraw
from sharing.door.usecases.release_records import Page, release_records
from sharing.oversight.usecases.record_guardian_consent import (
    record_guardian_consent,
    withdraw_guardian_consent,
)
from sharing.requests.domain.scope import Bounds
from sharing.tables.usecases.release_table import release_table
from tests.sharing.door_world import ADULT, CHILD, Door, Wish, open_door
from tests.sharing.request_world import POLICY, run
from tests.sharing.test_guardian_consents import PAPER

GRADE, BOTH = frozenset({"grade"}), frozenset({"name", "grade"})
ROSTER = Wish(
    "class_rostering",
    {"name": "mask:name", "grade": "keep"},
    {"deliveries": ["claims", "record_api", "file"], "grades": ["06"]},
    Bounds(most_rows=1000, least_k=10, highest_risk=0.1),
)


async def agree(door: Door, pupil: StudentId, asked: frozenset[str]) -> None:
    """The pupil is shown exactly what the app asks, and accepts it."""
    shown = await offer(door.services, door.client, pupil, asked)
    await acknowledge(door.services, door.client, pupil, shown, door.as_pupil(pupil))


def test_a_consent_to_one_field_carries_no_other_of_the_same_approval(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            pupil = await door.pupil(birth_date=ADULT)
            await agree(door, pupil, GRADE)
            assert await release(door.services, door.client, pupil, GRADE)
            for more in (BOTH, frozenset({"name"}), frozenset({"*"})):
                assert await release(door.services, door.client, pupil, more) == {}
                shown = await offer(door.services, door.client, pupil, more)
                assert shown.needs == "consent"
            await agree(door, pupil, BOTH)
            assert len(await release(door.services, door.client, pupil, BOTH)) == 2

    run(story())


def test_a_consent_at_sign_in_puts_nobody_into_pages_or_files_with_more_fields(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            pupils = await door.pupils(12, birth_date=ADULT)
            approval_id = await door.approve(ROSTER)
            for pupil in pupils[:3]:
                await agree(door, pupil, GRADE)
            with pytest.raises(DeniedError, match="没有可提供的学生"):
                await release_records(door.services, door.program(), Page(frozenset()))
            page = await release_records(door.services, door.program(), Page(GRADE))
            assert [set(one) for one in page.students] == [{"grade"}] * 3
            await door.consent(pupils[:10], approval_id)
            page = await release_records(door.services, door.program(), Page(frozenset()))
            assert len(page.students) == 10
            request_id = await door.request_of(approval_id)
            await release_table(door.services, door.world.developer(), request_id)
            assert [row.rows for row in await door.disclosures()] == [3, 10, 10]

    run(story())


def test_a_young_pupils_own_click_carries_no_page_however_it_came_into_the_database(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            (pupil,) = await door.pupils(1, birth_date=CHILD)
            approval_id = await door.approve()
            await door.consent([pupil], approval_id)
            with pytest.raises(DeniedError, match="没有可提供的学生"):
                await release_records(door.services, door.program(), Page(frozenset()))
            registrar = door.land.registrar("school")
            await record_guardian_consent(door.services, registrar, pupil, approval_id, PAPER)
            page = await release_records(door.services, door.program(), Page(frozenset()))
            assert len(page.students) == 1

    run(story())


def test_being_told_is_not_agreeing(runtime: Runtime, tmp_path: Path) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            (pupil,) = await door.pupils(1, birth_date=ADULT)
            approval_id = await door.approve()
            told = {approval_id: Told(NOTICE, {"name": "mask:name", "grade": "keep"})}
            who = door.as_pupil(pupil)
            await record_notices(door.services, door.client, pupil, told, "sha256:" + "0" * 64, who)
            assert await release(door.services, door.client, pupil, BOTH) == {}

    run(story())


def test_a_form_weaker_than_the_one_that_was_shown_needs_a_new_consent(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            pupil = await door.pupil(birth_date=ADULT)
            document = json.loads(json.dumps(dict(POLICY.document)))
            purposes = document["purposes"]["purposes"]
            purposes["learning_platform_sign_in"]["fields"]["grade"] = "generalize:grade:stage"
            stricter = replace(door.services, policy=parse(document))
            shown = await offer(stricter, door.client, pupil, GRADE)
            assert [item.form for item in shown.items] == ["generalize:grade:stage"]
            await acknowledge(stricter, door.client, pupil, shown, door.as_pupil(pupil))
            assert await release(stricter, door.client, pupil, GRADE)
            assert await release(door.services, door.client, pupil, GRADE) == {}
            await agree(door, pupil, GRADE)
            assert await release(stricter, door.client, pupil, GRADE), "a stricter form is less"

    run(story())


Spoil = Callable[[Door, StudentId], Awaitable[object]]


async def _withdraw(door: Door, pupil: StudentId) -> None:
    await withdraw(door.services, door.client.client_id, pupil)


async def _withdraw_the_wide_one(door: Door, pupil: StudentId) -> None:
    rows = await door.runtime.database.read(sa.select(notice))
    (wide,) = [row.id for row in rows if len(row.forms) == 2]
    registrar = door.land.registrar("school")
    await withdraw_guardian_consent(door.services, registrar, pupil, wide)


@pytest.mark.parametrize("spoil", [_withdraw, _withdraw_the_wide_one])
def test_a_consent_withdrawn_while_the_page_is_made_stops_it(
    runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Spoil
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            (pupil,) = await door.pupils(1, birth_date=ADULT)
            await door.approve()
            await agree(door, pupil, GRADE)
            await agree(door, pupil, BOTH)

            async def late(runtime: Runtime, leaving: Leaving) -> Written | Stopped:
                await spoil(door, pupil)
                return await disclose(runtime, leaving)

            monkeypatch.setattr(records_door, "disclose", late)
            with pytest.raises(DeniedError, match="撤回"):
                await release_records(door.services, door.program(), Page(frozenset()))
            assert await door.disclosures() == []

    run(story())
