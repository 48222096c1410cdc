"""Attacks on the moment of release: dead log, pulled switch, late revocation, forgery."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

import sharing.door.usecases.claims as claims_door
from kernel.errors import DeniedError, UnavailableError
from kernel.ids import ApprovalId, StudentId
from kernel.principal import Role
from kernel.runtime import Runtime
from ledger.domain.receipt import Receipt
from ledger.usecases.sequencer import LogHealth, Sequencer
from policies.reading import parse
from sharing.approvals.usecases.emergency_stop import Pull, lift_switch, pull_switch
from sharing.approvals.usecases.revoke_approval import revoke_approval
from sharing.door.domain.leaving import Leaving
from sharing.door.usecases.claims import release
from sharing.door.usecases.disclose import Stopped, Written, disclose
from sharing.door.usecases.record_notice import withdraw
from sharing.door.usecases.release_records import Page, release_records
from sharing.requests.store.tables import approval
from sharing.tables.usecases.release_table import release_table
from tests.conftest import HandClock
from tests.sharing.door_world import ADULT, LOG, Door, open_door
from tests.sharing.request_world import POLICY, run

ALL = frozenset({"*"})
EVERY = frozenset[str]()
Spoil = Callable[[Door, ApprovalId, StudentId], Awaitable[object]]


@dataclass
class Stuck:
    """A log that takes entries and never seals them."""

    log: Sequencer

    def health(self) -> LogHealth:
        return self.log.health()

    def wake(self) -> None:
        self.log.wake()

    async def sealed(self, entry_id: str, timeout: float = 5.0) -> Receipt:  # noqa: ASYNC109  the port's promise
        raise UnavailableError(f"{entry_id} 未能在 {timeout} 秒内封存")


async def agreed(door: Door) -> tuple[ApprovalId, StudentId]:
    approval_id = await door.approve()
    pupil = await door.pupil(birth_date=ADULT)
    await door.agree(pupil)
    return approval_id, pupil


def test_without_a_log_that_seals_tokens_carry_sub_only_and_the_rest_is_503(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            approval_id, pupil = await agreed(door)
            keyless = Sequencer(runtime, None, tmp_path / "other", LOG)
            dead = replace(door.services, log=keyless)
            assert await release(dead, door.client, pupil, ALL) == {}
            with pytest.raises(UnavailableError):
                await release_records(dead, door.program(), Page(EVERY))
            with pytest.raises(UnavailableError):
                await release_table(
                    dead, door.world.developer(), await door.request_of(approval_id)
                )
            assert await door.disclosures() == []

    run(story())


def test_when_sealing_fails_nothing_is_sent_and_the_entry_is_closed_as_void(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await agreed(door)
            stuck = replace(door.services, log=Stuck(door.log))
            with pytest.raises(UnavailableError):
                await release_records(stuck, door.program(), Page(EVERY))
            assert [row.state for row in await door.disclosures()] == ["void"]
            (void,) = await door.entries("void")
            (entry,) = await door.entries()
            assert void["release"] == entry["release"]

    run(story())


async def _revoke(door: Door, approval_id: ApprovalId, _pupil: StudentId) -> None:
    official = door.world.person("gov_county", Role.APPROVER)
    await revoke_approval(door.services, official, approval_id, "发现超范围使用")


async def _pull(door: Door, _approval: ApprovalId, _pupil: StudentId) -> None:
    official = door.world.person("gov_county", Role.APPROVER)
    await pull_switch(door.services, official, Pull("global", "", "发现异常的大量取用"))


async def _withdraw(door: Door, _approval: ApprovalId, pupil: StudentId) -> None:
    await withdraw(door.services, door.client.client_id, pupil)


async def _delete(door: Door, approval_id: ApprovalId, _pupil: StudentId) -> None:
    await door.execute(approval.delete().where(approval.c.id == approval_id))


@pytest.mark.parametrize(
    ("spoil", "code"),
    [(_revoke, "revoked"), (_pull, "switched_off"), (_withdraw, "withdrawn"), (_delete, "absent")],
)
def test_what_changes_between_the_decision_and_the_write_job_stops_the_release(
    runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Spoil, code: str
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            approval_id, pupil = await agreed(door)
            done = []

            async def late(runtime: Runtime, leaving: Leaving, *, cite: bool) -> Written | Stopped:
                done.append(await spoil(door, approval_id, pupil))
                return await disclose(runtime, leaving, cite=cite)

            monkeypatch.setattr(claims_door, "disclose", late)
            with pytest.raises(DeniedError):
                await release(door.services, door.client, pupil, ALL)
            assert done
            assert await door.disclosures() == []
            assert [one["codes"] for one in await door.entries("refusal")] == [[code]]

    run(story())


def test_one_pulls_the_switch_and_only_two_bring_releases_back(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            _, pupil = await agreed(door)
            one = door.world.person("gov_county", Role.APPROVER)
            other = door.world.person("county", Role.ADMINISTRATOR)
            switch = await pull_switch(door.services, one, Pull("global", "", "演练紧急停止"))
            for lift_alone in (True, False):
                with pytest.raises(DeniedError, match="停止"):
                    await release(door.services, door.client, pupil, frozenset({"grade"}))
                with pytest.raises(DeniedError, match="停止"):
                    await release_records(door.services, door.program(), Page(EVERY))
                assert await release(door.services, door.client, pupil, ALL) == {}
                if lift_alone:
                    assert not await lift_switch(door.services, one, switch)
            assert await lift_switch(door.services, other, switch)
            assert await release(door.services, door.client, pupil, ALL)

    run(story())


def test_the_last_microsecond_of_the_period_is_in_force_and_the_next_is_not(
    runtime: Runtime, tmp_path: Path, clock: HandClock
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            _, pupil = await agreed(door)
            (row,) = await runtime.database.read(sa.select(approval.c.document))
            end = json.loads(row.document)["period"]["end"]
            clock.now = clock.now.fromisoformat(end)
            with pytest.raises(DeniedError, match="到期"):
                await release(door.services, door.client, pupil, frozenset({"grade"}))
            clock.forward(microseconds=-1)
            assert await release(door.services, door.client, pupil, frozenset({"grade"}))

    run(story())


@pytest.mark.parametrize("column", ["document", "signature", "client_id", "key_id"])
def test_an_approval_altered_in_the_database_carries_nothing(
    runtime: Runtime, tmp_path: Path, column: str
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            _, pupil = await agreed(door)
            (row,) = await runtime.database.read(sa.select(approval))
            value = getattr(row, column)
            forged = (
                value.replace(b"mask:name", b"keep     ")[:-1] + b"}"
                if column == "document" else value[:-1] + (b"x" if column == "signature" else "x")
            )  # fmt: skip
            await door.execute(approval.update().values({column: forged}))
            assert await release(door.services, door.client, pupil, ALL) == {}
            with pytest.raises(DeniedError, match="没有生效的批准"):
                await release(door.services, door.client, pupil, frozenset({"grade"}))
            assert await door.disclosures() == []

    run(story())


def test_a_later_looser_policy_loosens_nothing_that_was_signed_and_a_stricter_one_binds(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            _, pupil = await agreed(door)
            document = json.loads(json.dumps(dict(POLICY.document)))
            purposes = document["purposes"]["purposes"]
            del purposes["learning_platform_sign_in"]["fields"]["name"]
            stricter = replace(door.services, policy=parse(document))
            with pytest.raises(DeniedError):
                await release(stricter, door.client, pupil, frozenset({"name"}))
            assert list(
                (await release(stricter, door.client, pupil, frozenset({"grade"}))).values()
            ) == ["06"]
            await door.execute(sa.text("DELETE FROM sharing_attachment WHERE kind = 'policy'"))
            with pytest.raises(DeniedError, match="政策"):
                await release(stricter, door.client, pupil, frozenset({"grade"}))

    run(story())
