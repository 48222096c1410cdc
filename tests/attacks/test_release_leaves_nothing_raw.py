"""G17: after masks and pseudonyms, no raw number, name or address in any spelling, by any way."""

import base64
import io
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import orjson

from kernel.runtime import Runtime
from sharing.door.usecases.release_records import Page, release_records
from sharing.requests.domain.scope import Bounds
from sharing.tables.usecases.release_table import release_table
from tests.registry.county import citizen
from tests.sharing.door_world import ADULT, Door, Wish, open_door
from tests.sharing.request_world import run

NUMBERS = tuple(citizen(ADULT, sequence) for sequence in range(1, 25))
NAMES = ("欧阳晓明", "欧阳建国")
PHONES = ("13955512345", "13800008888")
ADDRESS = "泉城路一百零八号"
WISH = Wish(
    "epidemic_investigation",
    {
        "name": "mask:name",
        "current_address": "generalize:address:county",
        "phone": "mask:phone",
        "guardian1_name": "mask:name",
        "guardian1_phone": "mask:phone",
        "birth_date": "generalize:birth_date:month",
        "class_name": "keep",
    },
    {"deliveries": ["record_api", "file"], "basis": "statutory_duty", "end": "2026-10-20"},
    Bounds(1000, 10, 0.1),
)
EXAM = Wish(
    "exam_registration",
    {
        "name": "mask:name",
        "document_number": "mask:document_number",
        "student_number": "mask:student_number",
        "grade": "keep",
    },
    {"deliveries": ["record_api", "file"], "basis": "statutory_duty", "end": "2026-12-01"},
    Bounds(1000, 10, 0.1),
)


def spellings(secret: str) -> Iterator[str]:
    """The secret as it is, full-width, spaced, reversed, in base64 at each offset, in hex."""
    yield secret
    yield "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in secret)
    yield from (f"{gap}".join(secret) for gap in " -")
    yield secret[::-1]
    yield secret.encode().hex()
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + secret.encode()).decode()
        yield encoded[4 if offset else 0 : -4]


def found_in(texts: list[str], secrets: tuple[str, ...]) -> list[str]:
    folded = [unicodedata.normalize("NFKC", text) for text in texts]
    return [
        secret
        for secret in secrets
        if any(one in text for one in spellings(secret) for text in (*texts, *folded))
    ]


async def everything_out(door: Door, wish: Wish, kind: str) -> list[str]:
    """Whatever leaves as records and as a file, each as text."""
    await door.other_recipient(kind, "单位" + kind)
    request_id = await door.request_of(await door.approve(wish))
    records = await release_records(door.services, door.program(), Page(frozenset()))
    released = await release_table(door.services, door.world.developer(), request_id)
    with zipfile.ZipFile(io.BytesIO(released.content)) as archive:
        files = [archive.read(name).decode() for name in archive.namelist()]
        files += archive.namelist()
    return [orjson.dumps(records.students).decode(), records.next, records.proof.receipt, *files]


def test_no_raw_value_is_left_in_what_leaves_as_records_or_file(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            for number in NUMBERS:
                await door.pupil(document_number=number, birth_date=ADULT)
            secrets = (*NUMBERS, *NAMES, *PHONES, ADDRESS, ADULT)
            for wish, kind in ((WISH, "disease_control"), (EXAM, "exam_authority")):
                texts = await everything_out(door, wish, kind)
                assert found_in(texts, secrets) == []
                assert any("欧" in text for text in texts)

    run(story())


def test_the_search_finds_a_planted_leak_in_each_spelling() -> None:
    for secret in (NUMBERS[0], NAMES[0], PHONES[0]):
        for one in spellings(secret):
            assert found_in([f"前{one}后"], (secret,)) == [secret]


def test_pseudonyms_of_two_data_requests_do_not_link_and_one_is_stable(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            pupil = await door.pupil(document_number=NUMBERS[0], birth_date=ADULT)
            wish = Wish(
                "class_rostering",
                {"student_number": "pseudonym", "grade": "keep"},
                {"deliveries": ["claims", "record_api"]},
            )
            seen = []
            for _ in range(2):
                approval_id = await door.approve(wish)
                await door.consent([pupil], approval_id)
                for _ in range(2):
                    page = Page(frozenset(), approval=approval_id)
                    (row,) = (await release_records(door.services, door.program(), page)).students
                    seen.append(row["student_number"])
            assert seen[0] == seen[1] != seen[2] == seen[3]
            assert all(len(one) == 26 for one in seen)

    run(story())
