"""The auditor's search box: from any handle to who asked, who approved, what left, who answers."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from kernel.errors import DeniedError, InvalidError, MissingError
from kernel.ids import ApprovalId, StudentId
from kernel.principal import Principal, Role
from kernel.runtime import Runtime
from registry.usecases.view import view
from sharing.door.store.release_tables import audit_search
from sharing.door.usecases.claims import release
from sharing.door.usecases.release_records import Page, release_records
from sharing.oversight.domain.trace import Target
from sharing.oversight.usecases.evidence import evidence
from sharing.oversight.usecases.trace import search, trace
from sharing.requests.store.tables import approval
from tests.registry.county import citizen
from tests.sharing.door_world import ADULT, Door, open_door
from tests.sharing.release_site import CSRF, browser
from tests.sharing.request_world import run

NUMBER = citizen(ADULT)
Handle = Callable[[Door, ApprovalId, StudentId], Awaitable[str]]


async def told(door: Door) -> tuple[ApprovalId, StudentId]:
    approval_id = await door.approve()
    pupil = await door.pupil(birth_date=ADULT, document_number=NUMBER)
    await door.agree(pupil)
    await release(door.services, door.client, pupil, frozenset({"*"}))
    await release_records(door.services, door.program(), Page(frozenset()))
    return approval_id, pupil


def auditor(door: Door) -> Principal:
    return door.world.person("province", Role.AUDITOR)


async def _number(_door: Door, _approval: ApprovalId, _pupil: StudentId) -> str:
    return f" {NUMBER} "


async def _internal(_door: Door, _approval: ApprovalId, pupil: StudentId) -> str:
    return pupil


async def _app(door: Door, _approval: ApprovalId, _pupil: StudentId) -> str:
    return door.client.name


async def _client(door: Door, _approval: ApprovalId, _pupil: StudentId) -> str:
    return door.client.client_id


async def _recipient(_door: Door, _approval: ApprovalId, _pupil: StudentId) -> str:
    return "泉城学习科技有限公司"


async def _official(door: Door, _approval: ApprovalId, _pupil: StudentId) -> str:
    (entry,) = await door.entries("approval")
    return str(entry["responsible"][0])


async def _approval(_door: Door, approval_id: ApprovalId, _pupil: StudentId) -> str:
    return approval_id


async def _request(door: Door, approval_id: ApprovalId, _pupil: StudentId) -> str:
    return await door.request_of(approval_id)


@pytest.mark.parametrize(
    "handle",
    [_number, _internal, _app, _client, _recipient, _official, _approval, _request],
)
def test_every_handle_leads_to_what_left_and_to_those_who_answer_for_it(
    runtime: Runtime, tmp_path: Path, handle: Handle
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            approval_id, pupil = await told(door)
            caller = auditor(door)
            (target,) = await search(door.services, caller, await handle(door, approval_id, pupil))
            found = await trace(door.services, caller, target)
            assert [one.approval_id for one in found.approvals] == [approval_id]
            assert len(found.disclosures) == 2
            (signed,) = found.approvals
            assert (signed.genuine, signed.state) == (True, "生效中")
            for card in found.disclosures:
                assert card.recipient == "泉城学习科技有限公司"
                assert [part for part, _ in card.responsible] == [
                    "批准人", "提供方负责人", "接收方负责人",
                ]  # fmt: skip
                assert [name for _, name in card.responsible][2] == "赵负责"
                assert {title for title, _ in card.facts} == {"姓名", "年级"}
                assert card.approvals[0].decided_by == "李区长"
            steps = [one.title.partition(" ")[0] for one in found.events if one.kind == "request"]
            assert steps == ["批准数据申请", "审核数据申请", "提交数据申请"]

    run(story())


@pytest.mark.parametrize("form", ["receipt", "receipt from a text box", "entry", "disclosure"])
def test_what_a_recipient_holds_leads_to_its_one_disclosure(
    runtime: Runtime, tmp_path: Path, form: str
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await told(door)
            given = await release_records(door.services, door.program(), Page(frozenset()))
            text = {
                "receipt": given.proof.receipt,
                "receipt from a text box": given.proof.receipt.replace("\n", "\r\n").strip(),
                "entry": given.written.entry_id,
                "disclosure": given.written.disclosure_id,
            }[form]
            (target,) = await search(door.services, auditor(door), text)
            assert (target.kind, target.key) == ("disclosure", given.written.disclosure_id)
            found = await trace(door.services, auditor(door), target)
            assert [one.disclosure_id for one in found.disclosures] == [target.key]

    run(story())


def test_a_receipt_of_another_log_or_with_a_changed_line_is_refused(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await told(door)
            given = await release_records(door.services, door.program(), Page(frozenset()))
            for broken in (
                given.proof.receipt.replace("index ", "index 9"),
                re.sub("index [0-9]+", "index 0", given.proof.receipt),
                given.proof.receipt[:-10],
                "c2sp.org/tlog-proof@v1\nindex 0\n\nnothing",
            ):
                with pytest.raises(InvalidError, match="回执"):
                    await search(door.services, auditor(door), broken)

    run(story())


def test_a_pupils_trace_shows_how_often_consent_and_who_inside_looked(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            _, pupil = await told(door)
            await release(door.services, door.client, pupil, frozenset({"*"}))
            registrar = door.land.registrar("school")
            await view(runtime, registrar, pupil, ("name",), "核对报名信息")
            stranger = door.land.registrar("far_school")
            with pytest.raises(MissingError):
                await view(runtime, stranger, pupil, ("name",), "核对报名信息")
            (target,) = await search(door.services, auditor(door), pupil)
            found = await trace(door.services, auditor(door), target)
            assert sorted(one.times or 0 for one in found.disclosures) == [1, 2]
            looks = [one for one in found.events if one.kind == "look"]
            assert {one.title for one in looks} == {"查看学籍", "查看学籍（被拒绝）"}
            assert any("历下区第一小学" in one.who for one in looks)
            assert [
                one.title.partition(" ")[0] for one in found.events if one.kind == "notice"
            ] == ["本人同意"]
            (official,) = await search(door.services, auditor(door), registrar.person_id)
            assert (await trace(door.services, auditor(door), official)).events

    run(story())


def test_every_search_is_on_record_and_its_text_is_not(runtime: Runtime, tmp_path: Path) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            await told(door)
            caller = auditor(door)
            await search(door.services, caller, NUMBER)
            assert await search(door.services, caller, "没有这样的东西") == []
            rows = await runtime.database.read(sa.select(audit_search))
            assert [(row.person_id, row.found) for row in rows] == [
                (caller.person_id, 1), (caller.person_id, 0),
            ]  # fmt: skip
            assert NUMBER not in "".join(str(tuple(row)) for row in rows)

    run(story())


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_nobody_but_an_auditor_searches_traces_or_exports(
    runtime: Runtime, tmp_path: Path, role: Role
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            caller = door.world.person("county", role)
            with pytest.raises(DeniedError):
                await search(door.services, caller, "泉城课堂")
            with pytest.raises(DeniedError):
                await trace(door.services, caller, Target("client", door.client.client_id, ""))
            with pytest.raises(DeniedError):
                await evidence(door.services, caller, "approval_" + "0" * 32)

    run(story())


def test_an_altered_approval_is_shown_as_one_that_carries_nothing(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            approval_id, _ = await told(door)
            await door.execute(approval.update().values(signature=b"forged"))
            found = await trace(
                door.services, auditor(door), Target("approval", approval_id, "一份批准")
            )
            (card,) = found.approvals
            assert not card.genuine
            assert "未通过" in card.state

    run(story())


def test_the_pages_show_the_trace_and_hand_out_evidence(runtime: Runtime, tmp_path: Path) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            approval_id, pupil = await told(door)
            async with browser(door, auditor(door)) as page:
                assert 'id="audit-search"' in (await page.get("/audit")).text
                found = await page.post("/audit", data={"csrf": CSRF, "text": pupil})
                assert found.status_code == 200
                assert "泉城学习科技有限公司" in found.text
                assert "赵负责" in found.text
                assert "欧阳" not in found.text
                assert NUMBER not in found.text
                (shown, *_) = await door.disclosures()
                one = await page.get(f"/audit/disclosures/{shown.id}")
                assert (one.status_code, shown.id in one.text) == (200, True)
                gone = await page.get("/audit/disclosures/dis_none")
                assert gone.status_code == 404
                empty = await page.post("/audit", data={"csrf": CSRF, "text": " "})
                assert (empty.status_code, "error-summary" in empty.text) == (422, True)
                several = await page.post("/audit", data={"csrf": CSRF, "text": "不存在的"})
                assert "没有找到" in several.text
                zipped = await page.post("/audit/evidence", data={"csrf": CSRF, "key": approval_id})
                assert zipped.headers["content-type"] == "application/zip"
            async with browser(door, door.world.developer()) as page:
                assert (await page.get("/audit")).status_code == 403

    run(story())
