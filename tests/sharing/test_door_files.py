"""Tables and counts as files: preview and release are one function, k holds, cells are harmless."""

import csv
import hmac
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from kernel.canonical import digest_bytes
from kernel.errors import DeniedError, InvalidError, MissingError
from kernel.ids import StudentId
from kernel.runtime import Runtime
from ledger.domain.receipt import Receipt
from ledger.usecases import proofs
from sharing.domain.scope import Bounds
from sharing.store.attachments import open_row, select_list, select_one
from sharing.usecases.answer_again import TableRelease
from sharing.usecases.disclose import close
from sharing.usecases.release_table import release_table
from tests.sharing.door_world import ADULT, Door, Wish, open_door
from tests.sharing.request_world import run

RESEARCH = Wish(
    "education_research",
    {"sex": "keep", "birth_date": "generalize:birth_date:year", "grade": "keep"},
    {"deliveries": ["file"], "basis": "statutory_duty"},
    Bounds(most_rows=1000, least_k=10, highest_risk=0.1),
)
ROSTER = Wish(
    "class_rostering",
    {"name": "mask:name", "class_name": "keep", "grade": "keep"},
    {"deliveries": ["file"], "grades": ["06"]},
    Bounds(most_rows=1000, least_k=10, highest_risk=0.1),
)


async def research(door: Door) -> list[StudentId]:
    """24 pupils in two classes of 12, and one who stands out."""
    await door.other_recipient("university", "泉城大学")
    made = await door.pupils(12, grade="05", sex="1", birth_date=ADULT)
    made += await door.pupils(12, grade="06", sex="2", birth_date=ADULT)
    return made + await door.pupils(1, grade="06", sex="1", birth_date="20090101")


def unpacked(released: TableRelease) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(released.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def table(files: dict[str, bytes]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(files["data.csv"].decode("utf-8-sig"))))


def test_research_leaves_anonymous_with_k_and_receipt_and_equals_its_preview(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await research(door)
            approval_id = await door.approve(RESEARCH)
            request_id = await door.request_of(approval_id)
            released = await release_table(door.services, door.world.developer(), request_id)
            files = unpacked(released)
            header, *rows = table(files)
            assert header == ["出生日期", "年级", "性别"]
            assert sorted(set(map(tuple, rows))) == [("2010", "05", "1"), ("2010", "06", "2")]
            assert len(rows) == 24
            listed = await runtime.database.read(select_list(request_id))
            (kept,) = {one.digest for one in listed if one.kind == "preview"}
            (row,) = await runtime.database.read(select_one(request_id, kept, "preview"))
            seen = json.loads(open_row(runtime.keyring, row).content)
            assert (seen["sample"], seen["rows"], seen["k"]) == (rows[:20], 24, 12)
            assert seen["label"] == "匿名化"
            disclosure = json.loads(files["disclosure.json"])
            entry_id = disclosure["entry"]
            entry = (await proofs.entries(runtime, [entry_id]))[entry_id]
            Receipt.parse(files["receipt.tlog-proof"].decode()).verify(entry.body, door.signer.vkey)
            body = json.loads(entry.body)
            key = bytes.fromhex(disclosure["release_key"])
            assert body["commitment"] == hmac.digest(key, files["data.csv"], "sha256").hex()
            assert (body["label"], body["rows"], body["delivery"]) == ("匿名化", 24, "file")
            named = (seen["plan"], digest_bytes(files["report.json"]))
            assert (body["plan"], body["report"]) == named
            await close(runtime, released.written, "delivered")
            assert [one.state for one in await door.disclosures()] == ["delivered"]

    run(story())


def test_what_would_lose_too_many_rows_to_reach_k_is_no_preview(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await research(door)
            await door.pupils(5, grade="05", sex="2", birth_date="20080101")
            with pytest.raises(InvalidError):
                await door.approve(RESEARCH)

    run(story())


def test_a_registry_that_changed_after_the_signature_is_held_to_the_signed_bounds(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await research(door)
            strict = replace(RESEARCH, bounds=Bounds(24, 12, 0.1))
            approval_id = await door.approve(strict)
            await door.pupils(12, grade="05", sex="1", birth_date=ADULT)
            request_id = await door.request_of(approval_id)
            with pytest.raises(DeniedError, match="界限"):
                await release_table(door.services, door.world.developer(), request_id)
            assert await door.disclosures() == []
            assert [one["codes"] for one in await door.entries("refusal")] == [["bounds"]]

    run(story())


def test_a_cell_that_a_spreadsheet_would_run_leaves_as_text(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            evil = "=HYPERLINK(1)"
            pupils = await door.pupils(12, class_name=evil, birth_date=ADULT)
            wish = replace(ROSTER, fields={"class_name": "keep", "grade": "keep"})
            approval_id = await door.approve(wish)
            with pytest.raises(InvalidError, match="没有可提供"):
                await release_table(
                    door.services, door.world.developer(), await door.request_of(approval_id)
                )
            await door.consent(pupils, approval_id)
            released = await release_table(
                door.services, door.world.developer(), await door.request_of(approval_id)
            )
            cells = {cell for row in table(unpacked(released)) for cell in row}
            assert f"'{evil}" in cells
            assert evil not in cells

    run(story())


def test_personal_data_found_in_what_would_leave_stops_the_release(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            pupils = await door.pupils(12, class_name="1班", birth_date=ADULT)
            approval_id = await door.approve(ROSTER)
            await door.consent(pupils, approval_id)
            more = await door.pupils(10, class_name="联系13955512345", birth_date=ADULT)
            await door.consent(more, approval_id)
            with pytest.raises(DeniedError, match="个人信息"):
                await release_table(
                    door.services, door.world.developer(), await door.request_of(approval_id)
                )
            assert await door.disclosures() == []
            assert [one["codes"] for one in await door.entries("refusal")] == [["personal_data"]]

    run(story())


def test_counts_tell_nothing_of_the_few(runtime: Runtime, tmp_path: Path) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.other_recipient("statistics_bureau", "历下区统计局")
            await door.pupils(15, sex="1", grade="06", orphan="0")
            await door.pupils(14, sex="2", grade="06", orphan="0")
            await door.pupils(2, sex="2", grade="06", orphan="1")
            wish = Wish(
                "government_statistics",
                {"sex": "keep", "orphan": "keep"},
                {"deliveries": ["counts"], "basis": "statutory_duty"},
                Bounds(1000, 20, 0.05),
            )
            approval_id = await door.approve(wish)
            request_id = await door.request_of(approval_id)
            released = await release_table(door.services, door.world.developer(), request_id)
            _, *rows = table(unpacked(released))
            told = {tuple(row[:-1]): row[-1] for row in rows}
            assert told["1", "2"] == told["0", "2"] == "*"
            assert told["合计", "合计"] == "31"
            assert "2" not in told.values()
            (entry,) = await door.entries()
            assert (entry["rows"], entry["label"], entry["delivery"]) == (31, "匿名化", "counts")

    run(story())


def test_a_file_of_another_organisation_or_without_approval_does_not_exist(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await research(door)
            request_id = await door.request_of(await door.approve(RESEARCH))
            stranger = replace(door.world.developer(), recipient_id=door.sandbox.recipient_id)
            with pytest.raises(MissingError):
                await release_table(door.services, stranger, request_id)
            table = sa.table("sharing_approval", sa.column("signature"))
            await door.execute(table.update().values(signature=b"forged"))
            with pytest.raises(MissingError):
                await release_table(door.services, door.world.developer(), request_id)
            assert await door.disclosures() == []

    run(story())
