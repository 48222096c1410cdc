"""The record API: pages, cursor, over-asking, and the facts of the moment at every page."""

import base64
import hmac
import json
from dataclasses import replace
from pathlib import Path

import pytest

from kernel.canonical import canonical_bytes
from kernel.errors import DeniedError, InvalidError
from kernel.ids import StudentId
from kernel.principal import Principal, Role
from kernel.runtime import Runtime
from ledger.domain.receipt import Receipt
from ledger.usecases import proofs
from sharing.approvals.usecases.revoke_approval import revoke_approval
from sharing.door.usecases.disclose import close
from sharing.door.usecases.record_notice import withdraw
from sharing.door.usecases.release_records import Page, release_records
from sharing.requests.domain.scope import Bounds
from tests.sharing.door_world import ADULT, Door, Wish, open_door
from tests.sharing.request_world import run

EVERY = frozenset[str]()


async def ready(door: Door, count: int, wish: Wish = Wish()) -> list[StudentId]:  # noqa: B008  frozen
    """Pupils who all agreed."""
    await door.approve(wish)
    pupils = await door.pupils(count, birth_date=ADULT)
    for pupil in pupils:
        await door.agree(pupil)
    return pupils


def test_pages_hold_each_pupil_once_with_receipts_that_verify_offline(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await ready(door, 7)
            seen: list[dict[str, str]] = []
            after, sizes = "", []
            while True:
                released = await release_records(
                    door.services, door.program(), Page(EVERY, 3, after)
                )
                sizes.append(len(released.students))
                seen += released.students
                entry_id = released.written.entry_id
                entry = (await proofs.entries(runtime, [entry_id]))[entry_id]
                assert released.proof.entry == entry.body
                receipt = Receipt.parse(released.proof.receipt)
                receipt.verify(released.proof.entry, door.signer.vkey)
                made = hmac.digest(
                    released.written.key, canonical_bytes(list(released.students)), "sha256"
                )
                assert json.loads(entry.body)["commitment"] == made.hex()
                await close(runtime, released.written, "delivered")
                if not released.next:
                    break
                after = released.next
            assert sizes == [3, 3, 1]
            assert {frozenset(row) for row in seen} == {frozenset({"name", "grade"})}
            assert {row.state for row in await door.disclosures()} == {"delivered"}
            assert released.label == "去标识化"
            assert "no_onward_sharing" in released.obligations

    run(story())


def test_only_those_who_agreed_are_in_the_pages(runtime: Runtime, tmp_path: Path) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            pupils = await ready(door, 4)
            await withdraw(door.services, door.client.client_id, pupils[1])
            released = await release_records(door.services, door.program(), Page(EVERY))
            assert len(released.students) == 3

    run(story())


@pytest.mark.parametrize("count", [0, -1, 101])
def test_a_page_of_a_size_not_offered_is_refused(
    runtime: Runtime, tmp_path: Path, count: int
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            with pytest.raises(InvalidError, match="每页"):
                await release_records(door.services, door.program(), Page(EVERY, count))

    run(story())


def test_a_cursor_names_nobody_and_serves_only_the_client_that_got_it(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            pupils = await ready(door, 3)
            released = await release_records(door.services, door.program(), Page(EVERY, 1))
            raw = base64.urlsafe_b64decode(released.next + "==")
            assert not any(pupil.encode()[-16:] in raw for pupil in pupils)
            changed = ("A" if released.next[0] != "A" else "B") + released.next[1:]
            for broken in (changed, "x", "学生", pupils[0]):
                with pytest.raises(InvalidError, match="翻页"):
                    await release_records(door.services, door.program(), Page(EVERY, 1, broken))
            await door.other_recipient("university", "另一所大学")
            with pytest.raises((InvalidError, DeniedError)):
                await release_records(door.services, door.program(), Page(EVERY, 1, released.next))

    run(story())


def test_over_asking_is_refused_and_nothing_leaves(runtime: Runtime, tmp_path: Path) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await ready(door, 2)
            asked = frozenset({"grade", "guardian1_phone"})
            with pytest.raises(DeniedError) as refused:
                await release_records(door.services, door.program(), Page(asked))
            assert {one.field for one in refused.value.problems} == {"guardian1_phone"}
            assert await door.disclosures() == []

    run(story())


def test_fewer_fields_than_approved_may_be_asked(runtime: Runtime, tmp_path: Path) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await ready(door, 1)
            released = await release_records(
                door.services, door.program(), Page(frozenset({"grade"}))
            )
            assert released.students == ({"grade": "06"},)

    run(story())


def test_revocation_between_two_pages_ends_the_stream_with_its_reason(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            approval_id = await door.approve()
            for pupil in await door.pupils(4, birth_date=ADULT):
                await door.agree(pupil)
            first = await release_records(door.services, door.program(), Page(EVERY, 2))
            official = door.world.person("gov_county", Role.APPROVER)
            await revoke_approval(door.services, official, approval_id, "发现超范围使用")
            with pytest.raises(DeniedError, match="撤销"):
                await release_records(door.services, door.program(), Page(EVERY, 2, first.next))

    run(story())


def test_a_page_larger_than_the_approver_signed_for_is_stopped(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await ready(door, 3, Wish(bounds=Bounds(2, 1, 1.0)))
            with pytest.raises(DeniedError, match="界限"):
                await release_records(door.services, door.program(), Page(EVERY))
            released = await release_records(door.services, door.program(), Page(EVERY, 2))
            assert len(released.students) == 2

    run(story())


def test_without_any_approval_the_refusal_says_so(runtime: Runtime, tmp_path: Path) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            with pytest.raises(DeniedError, match="没有生效的批准"):
                await release_records(door.services, door.program(), Page(frozenset({"grade"})))
            with pytest.raises(DeniedError, match="没有生效的批准"):
                await release_records(door.services, door.program(), Page(EVERY))

    run(story())


def test_a_sandbox_pages_through_made_up_pupils_only(runtime: Runtime, tmp_path: Path) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await door.pupils(3, synthetic=True)
            await door.pupils(3)
            released = await release_records(
                door.services, door.program(door.sandbox), Page(frozenset({"grade"}))
            )
            assert len(released.students) == 3
            assert released.approvals == ()

    run(story())


def test_a_token_without_the_scope_or_of_a_person_opens_nothing(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await ready(door, 1)
            program = door.program()
            callers: tuple[Principal, ...] = (
                replace(program, oauth_scopes=frozenset()),
                replace(program, client_id=None),
                replace(program, recipient_id=None),
                door.world.developer(),
                door.world.approver(),
            )
            for one in callers:
                with pytest.raises(DeniedError):
                    await release_records(door.services, one, Page(EVERY))
            assert await door.disclosures() == []

    run(story())
