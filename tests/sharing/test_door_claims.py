"""Claims at sign-in: what is offered, what must happen before, and exactly what leaves."""

from pathlib import Path

import pytest

from kernel.errors import DeniedError
from kernel.ids import StudentId
from kernel.runtime import Runtime
from sharing.door.usecases.claims import acknowledge, offer, release
from sharing.door.usecases.record_notice import withdraw
from tests.conftest import HandClock
from tests.sharing.door_world import ADULT, CHILD, Door, Wish, open_door
from tests.sharing.request_world import run

ALL = frozenset({"*"})


async def codes(door: Door, pupil: StudentId, asked: frozenset[str]) -> set[tuple[str, str]]:
    shown = await offer(door.services, door.client, pupil, asked)
    return {(one.code, one.field) for one in shown.failures}


def test_at_14_the_pupil_consents_and_then_exactly_the_shown_values_leave(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            approval_id = await door.approve()
            pupil = await door.pupil(birth_date=ADULT)
            shown = await offer(door.services, door.client, pupil, ALL)
            assert (shown.allowed, shown.needs) == (True, "consent")
            assert {item.field for item in shown.items} == {"name", "grade"}
            assert {item.approval_id for item in shown.items} == {approval_id}
            assert await release(door.services, door.client, pupil, ALL) == {}
            assert await door.disclosures() == []
            await door.agree(pupil)
            left = await release(door.services, door.client, pupil, ALL)
            assert left == {item.claim: item.sample for item in shown.items}
            assert "06" in left.values()
            assert not any("晓明" in value for value in left.values())

    run(story())


def test_below_14_the_pupils_own_click_is_no_consent(runtime: Runtime, tmp_path: Path) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            pupil = await door.pupil(birth_date=CHILD)
            shown = await offer(door.services, door.client, pupil, ALL)
            assert shown.needs == "guardian_consent"
            await door.agree(pupil)
            assert await release(door.services, door.client, pupil, ALL) == {}

    run(story())


def test_a_withdrawn_consent_binds_at_the_next_call(runtime: Runtime, tmp_path: Path) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            pupil = await door.pupil(birth_date=ADULT)
            await door.agree(pupil)
            assert await release(door.services, door.client, pupil, ALL)
            assert await withdraw(door.services, door.client.client_id, pupil) == 1
            assert await release(door.services, door.client, pupil, ALL) == {}
            shown = await offer(door.services, door.client, pupil, ALL)
            assert shown.needs == "consent"

    run(story())


def test_a_consent_recorded_for_one_pupil_or_app_says_nothing_for_another(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            pupil, other = await door.pupils(2, birth_date=ADULT)
            await door.agree(pupil)
            assert await release(door.services, door.client, other, ALL) == {}

    run(story())


def test_over_asking_is_refused_field_by_field_with_article_and_cure(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            pupil = await door.pupil(birth_date=ADULT)
            await door.agree(pupil)
            asked = frozenset({"grade", "class_name", "school_name"})
            with pytest.raises(DeniedError) as refused:
                await release(door.services, door.client, pupil, asked)
            problems = refused.value.problems
            assert {one.field for one in problems} == {"class_name", "school_name"}
            assert all("第二十四条" in one.rule and one.remedy for one in problems)
            assert await door.disclosures() == []
            (entry,) = await door.entries("refusal")
            assert entry["codes"] == ["field_not_approved"]
            shown = await offer(door.services, door.client, pupil, asked)
            assert {item.field for item in shown.items} == {"grade"}

    run(story())


def test_without_an_approval_each_field_is_refused_and_everything_approved_is_nothing(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            pupil = await door.pupil()
            found = await codes(door, pupil, frozenset({"grade"}))
            assert found == {("no_approval", ""), ("field_not_approved", "grade")}
            assert await release(door.services, door.client, pupil, ALL) == {}

    run(story())


@pytest.mark.parametrize(
    ("where", "values"),
    [("far_school", {}), ("school", {"grade": "01"}), ("school", {"status": "03"})],
    ids=["another county", "another grade", "has left school"],
)
def test_a_pupil_outside_of_the_cohort_is_refused_at_each_release(
    runtime: Runtime, tmp_path: Path, where: str, values: dict[str, str]
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            pupil = await door.pupil(where, birth_date=ADULT, **values)
            found = {code for code, _ in await codes(door, pupil, frozenset({"grade"}))}
            assert "outside_cohort" in found
            assert ("outside_jurisdiction" in found) == (where == "far_school")
            assert await release(door.services, door.client, pupil, ALL) == {}

    run(story())


@pytest.mark.parametrize("sandbox", [True, False])
def test_a_sandbox_never_meets_a_real_pupil_nor_a_real_app_a_made_up_one(
    runtime: Runtime, tmp_path: Path, *, sandbox: bool
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            (pupil,) = await door.pupils(1, synthetic=not sandbox)
            app = door.sandbox if sandbox else door.client
            for asked in (frozenset[str](), ALL, frozenset({"grade"})):
                shown = await offer(door.services, app, pupil, asked)
                assert "mixed_population" in {one.code for one in shown.failures}
                assert shown.items == ()

    run(story())


def test_a_sandbox_gets_made_up_pupils_without_approval_but_never_below_the_default_form(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            (pupil,) = await door.pupils(1, synthetic=True)
            shown = await offer(door.services, door.sandbox, pupil, ALL)
            assert (shown.allowed, shown.needs) == (True, "nothing")
            left = await release(door.services, door.sandbox, pupil, frozenset({"name", "grade"}))
            assert len(left) == 2
            assert "欧阳晓明" not in left.values()
            (entry,) = await door.entries()
            assert entry["approvals"] == []

    run(story())


def test_a_notice_is_of_what_was_shown_and_another_text_is_another_notice(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            pupil = await door.pupil(birth_date=ADULT)
            before = await offer(door.services, door.client, pupil, frozenset({"grade"}))
            after = await offer(door.services, door.client, pupil, ALL)
            assert before.notice_digest != after.notice_digest
            again = await offer(door.services, door.client, pupil, ALL)
            assert after.notice_digest == again.notice_digest
            who = door.as_pupil(pupil)
            await acknowledge(door.services, door.client, pupil, after, who)
            shown = await offer(door.services, door.client, pupil, ALL)
            assert shown.needs == "nothing"

    run(story())


def test_everything_approved_reaches_what_fits_the_pupil_and_refuses_nothing_else(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            await door.approve(Wish(fields={"class_name": "keep"}, form={"grades": ["01"]}))
            pupil = await door.pupil(birth_date=ADULT)
            shown = await offer(door.services, door.client, pupil, ALL)
            assert shown.allowed
            assert {item.field for item in shown.items} == {"name", "grade"}

    run(story())


def test_an_expired_approval_gives_nothing_and_says_why(
    runtime: Runtime, tmp_path: Path, clock: HandClock
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            pupil = await door.pupil(birth_date=ADULT)
            await door.agree(pupil)
            assert await release(door.services, door.client, pupil, ALL)
            clock.forward(days=400)
            assert await release(door.services, door.client, pupil, ALL) == {}
            found = await codes(door, pupil, frozenset({"grade"}))
            assert ("expired", "") in found

    run(story())
