"""A data request from the first answer to the signed approval, and to its end."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kernel.canonical import canonical_bytes, digest_bytes
from kernel.errors import ConflictError, DeniedError, InvalidError
from kernel.principal import Principal, Role
from kernel.runtime import Runtime
from ledger.store import tables as ledger_tables
from sharing.approvals.usecases.decide_request import decide_request
from sharing.approvals.usecases.load_in_force import load_genuine, load_in_force
from sharing.approvals.usecases.make_preview import make_preview
from sharing.approvals.usecases.revoke_approval import revoke_approval
from sharing.approvals.usecases.take_station import take_station
from sharing.requests.domain.request_state import State
from sharing.requests.store.attachments import open_row, select_list, select_one
from sharing.requests.store.requests import DataRequest
from sharing.requests.store.tables import approval
from sharing.requests.usecases.draft_request import edit_request
from sharing.requests.usecases.submit_request import submit_request
from sharing.requests.usecases.withdraw_request import withdraw_request
from tests.conftest import HandClock
from tests.sharing.request_ports import POLICY
from tests.sharing.request_world import REASON, World, build, run


@pytest.fixture
def world(runtime: Runtime) -> World:
    return run(build(runtime))


def test_what_was_submitted_reviewed_and_signed_is_in_force(world: World) -> None:
    async def story() -> None:
        developer, reviewer, approver = world.developer(), world.reviewer(), world.approver()
        request = await world.reviewed(developer, reviewer)
        assert request.state is State.REVIEWED
        approval_id = await world.approved(approver, request)
        (found,) = await load_in_force(world.services, client_id=world.client.client_id)
        assert found.approval_id == approval_id
        assert found.scope == request.scope
        assert found.scope.fields == {"grade": "keep", "name": "mask:name"}
        assert found.responsible.approver == approver.person_id
        assert found.responsible.releasing_node == reviewer.person_id
        assert found.responsible.recipient == world.responsible
        assert found.policy_digest == POLICY.digest
        assert (await world.load(request.id)).state is State.APPROVED
        assert world.log.woken == 1

    run(story())


def test_the_signed_document_names_the_digest_of_everything_that_lay_before_the_approver(
    world: World,
) -> None:
    async def story() -> None:
        _, request = await world.whole()
        (row,) = await world.runtime.database.read(sa.select(approval))
        document = json.loads(row.document)
        assert canonical_bytes(document) == row.document
        assert digest_bytes(row.document) == row.digest
        for key in ("agreement", "impact_assessment", "preview", "plan", "policy"):
            (found,) = await world.runtime.database.read(select_one(request.id, document[key]))
            assert digest_bytes(open_row(world.runtime.keyring, found).content) == document[key]
        listed = await world.runtime.database.read(select_list(request.id))
        assert document["ground"]["document_digest"] in {one.digest for one in listed}

    run(story())


def test_the_approval_stands_in_the_log_by_digest_and_without_names(world: World) -> None:
    async def story() -> None:
        approval_id, _ = await world.whole()
        rows = await world.runtime.database.read(sa.select(ledger_tables.entry))
        (entry,) = [json.loads(row.body) for row in rows]
        assert entry["type"] == "approval"
        assert entry["approval"] == approval_id
        assert "区长" not in json.dumps(entry, ensure_ascii=False)

    run(story())


def test_a_faulty_draft_keeps_every_answer_and_names_every_fault_at_once(world: World) -> None:
    async def story() -> None:
        developer = world.developer()
        request = await world.draft(
            developer,
            **{
                "rows": "很多", "calls": "", "agreement": "", "why.name": "", "end": "2031-01-01",
                "school_codes": "2137000001 2137000003 999", "form.name": "keep",
                "government_org_id": world.orgs["county"],
            },
        )  # fmt: skip
        with pytest.raises(InvalidError) as refused:
            await submit_request(world.services, developer, request)
        fields = {problem.field for problem in refused.value.problems}
        assert {
            "rows", "calls", "agreement", "why.name", "end", "school_codes", "government_org_id",
            "form.name",
        } <= fields  # fmt: skip
        assert all(problem.remedy for problem in refused.value.problems)
        again = await world.load(request.id)
        assert again.state is State.DRAFT
        assert again.form["rows"] == "很多"
        assert again.form["document_number"] == "历政字〔2026〕12号"

    run(story())


def test_an_education_bureau_is_no_ground_even_if_named_as_issuing_government(
    world: World,
) -> None:
    async def story() -> None:
        request = await world.draft(world.developer(), government_org_id=world.orgs["county"])
        with pytest.raises(InvalidError, match="不是人民政府"):
            await submit_request(world.services, _applicant(world, request), request)

    run(story())


def test_a_returned_data_request_is_corrected_and_passes_in_a_second_round(world: World) -> None:
    async def story() -> None:
        developer, reviewer = world.developer(), world.reviewer()
        request = await world.submitted(developer)
        await take_station(
            world.services, reviewer, request, "review", "return", "请缩短期限并说明"
        )
        request = await world.load(request.id)
        assert request.state is State.RETURNED
        await edit_request(world.services, developer, request, world.form(end="2027-01-31"))
        request = await world.load(request.id)
        await submit_request(world.services, developer, request)
        request = await world.load(request.id)
        assert (request.state, request.round) == (State.SUBMITTED, 2)
        assert not request.preview_digest
        with pytest.raises(ConflictError, match="还没有预览"):
            await take_station(world.services, reviewer, request, "review", "pass", REASON)
        await make_preview(world.services, reviewer, request)
        request = await world.load(request.id)
        await take_station(world.services, reviewer, request, "review", "pass", REASON)
        await world.approved(world.approver(), await world.load(request.id))
        assert len(await load_in_force(world.services, client_id=world.client.client_id)) == 1

    run(story())


def test_a_verdict_without_a_reason_is_refused(world: World) -> None:
    async def story() -> None:
        request = await world.submitted(world.developer())
        with pytest.raises(InvalidError, match="理由"):
            await take_station(world.services, world.reviewer(), request, "review", "reject", "  ")

    run(story())


def test_who_acts_on_an_older_version_than_the_present_is_refused(world: World) -> None:
    async def story() -> None:
        developer, reviewer = world.developer(), world.reviewer()
        seen = await world.submitted(developer)
        await make_preview(world.services, reviewer, seen)
        shown = await world.load(seen.id)
        await make_preview(world.services, world.reviewer(), shown)
        with pytest.raises(ConflictError):
            await take_station(world.services, reviewer, shown, "review", "pass", REASON)
        assert (await world.load(seen.id)).state is State.SUBMITTED

    run(story())


def test_submitting_twice_makes_one_round(world: World) -> None:
    async def story() -> None:
        developer = world.developer()
        request = await world.draft(developer)
        await submit_request(world.services, developer, request)
        with pytest.raises(ConflictError):
            await submit_request(world.services, developer, request)
        with pytest.raises(ConflictError):
            await submit_request(world.services, developer, await world.load(request.id))
        assert (await world.load(request.id)).round == 1

    run(story())


def test_a_withdrawn_data_request_cannot_be_reviewed(world: World) -> None:
    async def story() -> None:
        developer = world.developer()
        request = await world.submitted(developer)
        await withdraw_request(world.services, developer, request)
        request = await world.load(request.id)
        with pytest.raises(ConflictError, match="已撤回"):
            await take_station(
                world.services, world.reviewer(), request, "review", "reject", REASON
            )

    run(story())


@pytest.mark.parametrize("who", ["approver", "successor", "superior", "administrator"])
def test_revocation_by_those_who_may_binds_at_once(world: World, who: str) -> None:
    async def story() -> None:
        approver = world.approver()
        request = await world.reviewed(world.developer(), world.reviewer())
        approval_id = await world.approved(approver, request)
        caller = {
            "approver": approver,
            "successor": world.person("gov_county", Role.APPROVER),
            "superior": world.person("gov_city", Role.APPROVER),
            "administrator": world.person("county", Role.ADMINISTRATOR),
        }[who]
        await revoke_approval(world.services, caller, approval_id, "发现超范围使用")
        assert await load_in_force(world.services, client_id=world.client.client_id) == []
        (known,) = await load_genuine(world.services, approval_id=approval_id)
        assert known.revoked
        with pytest.raises(ConflictError, match="已撤销"):
            await revoke_approval(world.services, caller, approval_id, "发现超范围使用")

    run(story())


@pytest.mark.parametrize("org", ["gov_other", "county"])
def test_revocation_by_another_government_or_office_is_refused(world: World, org: str) -> None:
    async def story() -> None:
        approval_id, _ = await world.whole()
        with pytest.raises(DeniedError):
            await revoke_approval(
                world.services, world.person(org, Role.APPROVER), approval_id, "发现超范围使用"
            )
        assert len(await load_in_force(world.services, approval_id=approval_id)) == 1

    run(story())


def test_expiry_is_evaluated_by_the_clock_and_never_a_state(world: World, clock: HandClock) -> None:
    async def story() -> None:
        approval_id, request = await world.whole()
        last = request.scope
        assert last is not None
        clock.now = last.period.end - timedelta(microseconds=1)
        assert len(await load_in_force(world.services, approval_id=approval_id)) == 1
        clock.now = last.period.end
        assert await load_in_force(world.services, approval_id=approval_id) == []
        assert (await world.load(request.id)).state is State.APPROVED

    run(story())


def test_an_approval_needs_a_preview_under_the_present_policy(world: World) -> None:
    async def story() -> None:
        request = await world.reviewed(world.developer(), world.reviewer())
        approver = world.approver()
        signed = await world.prepared(approver, request)
        newer = replace(world.services, policy=replace(POLICY, digest="sha256:" + "0" * 64))
        with pytest.raises(ConflictError, match="政策已更新"):
            await decide_request(newer, approver, await world.load(request.id), signed)

    run(story())


def _applicant(world: World, request: DataRequest) -> Principal:
    return replace(world.developer(), person_id=request.applicant_person)
