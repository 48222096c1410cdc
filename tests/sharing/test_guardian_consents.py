"""Paper consents: by the registrar of the pupil's school, by the right person, on a real paper."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from kernel.canonical import digest_bytes
from kernel.errors import ConflictError, DeniedError, InvalidError, MissingError
from kernel.principal import Role
from kernel.runtime import Runtime
from sharing.domain.guardian import PaperConsent
from sharing.store.release_tables import notice
from sharing.usecases.claims import offer, release
from sharing.usecases.record_guardian_consent import (
    record_guardian_consent,
    withdraw_guardian_consent,
)
from sharing.usecases.see_consents import desk, find_pupil
from tests.conftest import HandClock
from tests.registry.county import citizen
from tests.sharing.door_world import ADULT, CHILD, Wish, open_door
from tests.sharing.release_site import CSRF, browser
from tests.sharing.request_world import run

ALL = frozenset({"*"})
PAPER = PaperConsent("欧阳建国", "father", "2026-08-31", b"%PDF-1.7 consent")


def test_a_guardians_consent_carries_until_withdrawn(
    runtime: Runtime, tmp_path: Path, clock: HandClock
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            approval_id = await door.approve()
            pupil = await door.pupil(birth_date=CHILD)
            registrar = door.land.registrar("school")
            seen = await desk(door.services, registrar, pupil)
            assert [one.approval_id for one in seen.choices] == [approval_id]
            kept = await record_guardian_consent(
                door.services, registrar, pupil, approval_id, PAPER
            )
            assert (await offer(door.services, door.client, pupil, ALL)).needs == "nothing"
            assert await release(door.services, door.client, pupil, ALL)
            clock.forward(days=200)
            assert await release(door.services, door.client, pupil, ALL)
            await withdraw_guardian_consent(door.services, registrar, pupil, kept)
            assert await release(door.services, door.client, pupil, ALL) == {}
            with pytest.raises(MissingError):
                await withdraw_guardian_consent(door.services, registrar, pupil, kept)

    run(story())


def test_of_the_paper_the_digest_is_kept_and_the_signers_name_is_sealed(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            approval_id = await door.approve()
            pupil = await door.pupil(birth_date=CHILD)
            registrar = door.land.registrar("school")
            await record_guardian_consent(door.services, registrar, pupil, approval_id, PAPER)
            (row,) = await runtime.database.read(sa.select(notice))
            assert row.evidence_digest == digest_bytes(PAPER.scan)
            assert (row.kind, row.by_person) == ("guardian_consent", registrar.person_id)
            assert "欧阳建国".encode() not in row.guardian
            (kept,) = (await desk(door.services, registrar, pupil)).kept
            assert (kept.name, kept.relation) == ("欧阳建国", "父亲")

    run(story())


@pytest.mark.parametrize(
    ("born", "change", "field"),
    [
        (CHILD, {"name": " "}, "name"),
        (CHILD, {"relation": "neighbour"}, "relation"),
        (CHILD, {"relation": "self"}, "relation"),
        (ADULT, {}, "relation"),
        (CHILD, {"signed_on": "2026-09-02"}, "signed_on"),
        (CHILD, {"signed_on": "2020-01-01"}, "signed_on"),
        (CHILD, {"signed_on": "昨天"}, "signed_on"),
        (CHILD, {"scan": b""}, "scan"),
        (CHILD, {"scan": b"MZ program"}, "scan"),
        (CHILD, {"scan": b"%PDF-" + bytes(8 * 1024 * 1024)}, "scan"),
    ],
)
def test_a_faulty_paper_is_refused_by_field_and_nothing_is_recorded(
    runtime: Runtime, tmp_path: Path, born: str, change: dict[str, Any], field: str
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            approval_id = await door.approve()
            pupil = await door.pupil(birth_date=born)
            paper = replace(PAPER, **change)
            with pytest.raises(InvalidError) as refused:
                await record_guardian_consent(
                    door.services, door.land.registrar("school"), pupil, approval_id, paper
                )
            assert [one.field for one in refused.value.problems] == [field]
            assert all(one.rule and one.remedy for one in refused.value.problems)
            assert await runtime.database.read(sa.select(notice)) == []

    run(story())


def test_from_14_on_the_pupil_signs_the_paper(runtime: Runtime, tmp_path: Path) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            approval_id = await door.approve()
            pupil = await door.pupil(birth_date=ADULT)
            paper = replace(PAPER, relation="self", name="欧阳晓明")
            registrar = door.land.registrar("school")
            await record_guardian_consent(door.services, registrar, pupil, approval_id, paper)
            assert await release(door.services, door.client, pupil, ALL)
            with pytest.raises(ConflictError):
                await record_guardian_consent(door.services, registrar, pupil, approval_id, paper)

    run(story())


@pytest.mark.parametrize("office", ["sibling", "far_school", "county", None])
def test_a_pupil_of_another_school_does_not_exist(
    runtime: Runtime, tmp_path: Path, office: str | None
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            approval_id = await door.approve()
            number = citizen(CHILD)
            pupil = await door.pupil(birth_date=CHILD, document_number=number)
            stranger = door.land.caller(Role.REGISTRAR, office)
            for attempt in (
                find_pupil(door.services, stranger, number),
                desk(door.services, stranger, pupil),
                record_guardian_consent(door.services, stranger, pupil, approval_id, PAPER),
                withdraw_guardian_consent(door.services, stranger, pupil, "ntc_x"),
            ):
                with pytest.raises(MissingError):
                    await attempt
            assert await find_pupil(door.services, door.land.registrar("school"), number) == pupil

    run(story())


def test_an_approval_that_does_not_reach_the_pupil_or_needs_no_consent_is_no_choice(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            other = await door.approve(Wish(form={"grades": ["01"]}))
            pupil = await door.pupil(birth_date=CHILD)
            registrar = door.land.registrar("school")
            assert (await desk(door.services, registrar, pupil)).choices == ()
            with pytest.raises(MissingError):
                await record_guardian_consent(door.services, registrar, pupil, other, PAPER)

    run(story())


def test_the_pages_take_a_registrar_from_the_number_to_the_recorded_consent(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            approval_id = await door.approve()
            number = citizen(CHILD)
            pupil = await door.pupil(birth_date=CHILD, document_number=number)
            async with browser(door, door.land.registrar("school")) as page:
                assert 'id="find-pupil"' in (await page.get("/consents")).text
                found = await page.post("/consents/search", data={"csrf": CSRF, "text": number})
                assert "欧阳晓明" in found.text
                assert number not in found.text
                gone = await page.post("/consents/search", data={"csrf": CSRF, "text": "G1"})
                assert (gone.status_code, 'href="#text"' in gone.text) == (404, True)
                form = {
                    "csrf": CSRF, "student_id": pupil, "approval_id": approval_id,
                    "name": "欧阳建国", "relation": "father", "signed_on": "2026-08-31",
                }  # fmt: skip
                faulty = await page.post("/consents", data=form)
                assert (faulty.status_code, "error-summary" in faulty.text) == (422, True)
                assert 'value="欧阳建国"' in faulty.text
                scan = {"scan": ("同意书.pdf", b"%PDF-1.7 consent", "application/pdf")}
                done = await page.post("/consents", data=form, files=scan)
                assert (done.status_code, done.headers["location"]) == (
                    303, "/consents?done=recorded",
                )  # fmt: skip
                (row,) = await runtime.database.read(sa.select(notice.c.id))
                ended = await page.post(
                    "/consents/withdraw",
                    data={"csrf": CSRF, "student_id": pupil, "notice_id": row.id},
                )
                assert ended.status_code == 303
            async with browser(door, door.land.caller(Role.DEVELOPER)) as page:
                assert (await page.get("/consents")).status_code == 403
            with pytest.raises(DeniedError):
                await find_pupil(door.services, door.land.caller(Role.AUDITOR), number)

    run(story())
