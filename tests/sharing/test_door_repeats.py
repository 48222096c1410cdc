"""The ledger is not a diary: repeats, quotas, commitments, and what an entry may hold."""

import asyncio
import hmac
from pathlib import Path

import pytest
import sqlalchemy as sa

from kernel.canonical import canonical_bytes
from kernel.errors import DeniedError
from kernel.runtime import Runtime
from ledger.store import tables as ledger_tables
from sharing.domain.scope import Bounds
from sharing.store import release_tables
from sharing.usecases.claims import release
from sharing.usecases.disclose import Written, close
from sharing.usecases.pupils import pupil_tag
from tests.sharing.door_world import ADULT, Wish, open_door
from tests.sharing.request_world import Answer, run

ALL = frozenset({"*"})


def test_a_repeat_cites_the_first_entry_counts_and_takes_no_quota(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            quota: dict[str, Answer] = {"calls": "1", "rows": "1", "pupils": "1"}
            await door.approve(Wish(form=quota, bounds=Bounds(1, 1, 1.0)))
            pupil = await door.pupil(birth_date=ADULT)
            await door.agree(pupil)
            first = await release(door.services, door.client, pupil, ALL)
            for _ in range(3):
                assert await release(door.services, door.client, pupil, ALL) == first
            assert len(await door.entries()) == len(await door.disclosures()) == 1
            rows = await runtime.database.read(sa.select(release_tables.disclosure_pupil.c.times))
            assert [row.times for row in rows] == [4]
            (used,) = await runtime.database.read(sa.select(release_tables.usage))
            assert (used.rows, used.pupils, used.calls) == (1, 1, 1)

    run(story())


def test_other_values_are_another_disclosure(runtime: Runtime, tmp_path: Path) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            pupil = await door.pupil(birth_date=ADULT)
            await door.agree(pupil)
            await release(door.services, door.client, pupil, ALL)
            await release(door.services, door.client, pupil, frozenset({"grade"}))
            assert len(await door.entries()) == 2

    run(story())


def test_a_void_disclosure_is_never_cited(runtime: Runtime, tmp_path: Path) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            pupil = await door.pupil(birth_date=ADULT)
            await door.agree(pupil)
            await release(door.services, door.client, pupil, ALL)
            (row,) = await door.disclosures()
            await close(runtime, Written(row.id, row.entry_id, b"", b""), "void")
            await close(runtime, Written(row.id, row.entry_id, b"", b""), "delivered")
            assert [entry["release"] for entry in await door.entries("void")] == [row.id]
            assert await door.entries("delivered") == []
            await release(door.services, door.client, pupil, ALL)
            await release(door.services, door.client, pupil, ALL)
            assert sorted(one.state for one in await door.disclosures()) == ["open", "void"]

    run(story())


@pytest.mark.parametrize(
    ("quota", "left"),
    [({"rows": "7", "pupils": "7"}, 7), ({"pupils": "7"}, 7), ({"calls": "7"}, 7)],
)
def test_of_50_at_once_as_many_pass_as_the_quota_has_left(
    runtime: Runtime, tmp_path: Path, quota: dict[str, Answer], left: int
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            generous: dict[str, Answer] = {"rows": "5000", "pupils": "500", "calls": "2000"}
            await door.approve(Wish(form={**generous, **quota}, bounds=Bounds(7, 1, 1.0)))
            pupils = await door.pupils(50, birth_date=ADULT)
            for pupil in pupils:
                await door.agree(pupil)
            tries = [release(door.services, door.client, pupil, ALL) for pupil in pupils]
            results = await asyncio.gather(*tries, return_exceptions=True)
            refused = [one for one in results if isinstance(one, DeniedError)]
            assert len(refused) == 50 - left
            assert all("上限" in str(one) for one in refused)
            assert len(await door.entries()) == left
            assert len(await door.entries("refusal")) == 50 - left
            (used,) = await runtime.database.read(sa.select(release_tables.usage))
            assert (used.rows, used.pupils, used.calls) == (left, left, left)

    run(story())


def test_of_50_same_sign_ins_at_once_one_is_first_and_the_others_cite_it(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            pupil = await door.pupil(birth_date=ADULT)
            await door.agree(pupil)
            tries = [release(door.services, door.client, pupil, ALL) for _ in range(50)]
            results = await asyncio.gather(*tries)
            assert all(one == results[0] for one in results)
            assert len(await door.entries()) == 1
            rows = await runtime.database.read(sa.select(release_tables.disclosure_pupil.c.times))
            assert [row.times for row in rows] == [50]

    run(story())


def test_the_commitment_in_the_entry_opens_with_the_releases_own_key_only(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            pupil, twin = await door.pupils(2, birth_date=ADULT)
            for one in (pupil, twin):
                await door.agree(one)
            left = await release(door.services, door.client, pupil, ALL)
            assert await release(door.services, door.client, twin, ALL) == left
            (first, second) = await door.entries()
            assert first["commitment"] != second["commitment"]
            (row,) = await runtime.database.read(
                sa.select(release_tables.disclosure_key).where(
                    release_tables.disclosure_key.c.disclosure_id == first["release"]
                )
            )
            key = runtime.keyring.open(
                row.sealed, table="sharing_disclosure_key", column="sealed", row=first["release"]
            )
            made = hmac.digest(key, canonical_bytes(left), "sha256").hex()
            assert made == first["commitment"]

    run(story())


def test_no_entry_holds_a_name_a_number_a_pupils_id_tag_or_pseudonym(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.approve()
            pupil = await door.pupil(birth_date=ADULT)
            await door.agree(pupil)
            left = await release(door.services, door.client, pupil, ALL)
            rows = await runtime.database.read(sa.select(ledger_tables.entry.c.body))
            log = b"\n".join(row.body for row in rows).decode()
            secrets = [
                "欧阳", "晓明", ADULT, "13955512345", pupil, pupil.removeprefix("student_"),
                pupil_tag(runtime, pupil).hex(), pupil_tag(runtime, pupil).hex()[:16],
                *(value for value in left.values() if len(value) > 2),
            ]  # fmt: skip
            assert [one for one in secrets if one in log] == []
            (entry,) = await door.entries()
            assert (entry["rows"], entry["fields"], len(entry["responsible"])) == (1, 2, 3)

    run(story())
