"""An approval from filing to signature: the whole chain, by the same use cases as the pages."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from identity.accounts.domain import certificate, key_request
from identity.accounts.domain.key_file import new_key_file, read_key_file
from identity.accounts.domain.signing_key import sign
from identity.accounts.usecases.add_certificate import add_certificate
from identity.accounts.usecases.enrol_key import enrol_key
from kernel.ids import ApprovalId, ClientId, DataRequestId
from kernel.principal import Principal
from ledger.domain.note import Signer
from server.wiring import House
from sharing.approvals.domain.bounds import proposed
from sharing.approvals.usecases.decide_request import Signed, decide_request
from sharing.approvals.usecases.make_preview import make_preview
from sharing.approvals.usecases.pending import Pending, pending_of
from sharing.approvals.usecases.prepare_decision import Wanted, prepare_decision
from sharing.approvals.usecases.take_station import take_station
from sharing.requests.store.attachments import Attachment
from sharing.requests.usecases.draft_request import Begun, begin_request, edit_request
from sharing.requests.usecases.see_request import load, own_request, station_request
from sharing.requests.usecases.submit_request import submit_request

REVIEW, DECIDE = "review", "decide"
SCAN = b"%PDF-1.4\n% synthetic scan of a county government's document, demonstration only\n%%EOF\n"
PURPOSE = "learning_platform_sign_in"
FIELDS = {"name": "mask:name", "school_name": "keep", "grade": "keep"}


async def enrol_approver(house: House, approver: Principal, path: Path, root: Signer) -> Path:
    """Make the approver's key file, and have the offline root certify it; return the file."""
    new_key_file(path)
    private = read_key_file(path)
    if approver.org_id is None:
        raise ValueError("an approver has an office")
    text = key_request.request_text(private, approver.person_id, approver.org_id)
    asked = await enrol_key(house.accounts, approver, text)
    now = house.runtime.clock()
    note = certificate.issue(
        root, asked.person_id, asked.org_id, asked.key,
        valid_from=now - timedelta(minutes=5), valid_to=now + timedelta(days=365),
    )  # fmt: skip
    await add_certificate(house.accounts, note, by=approver)
    return path


@dataclass(frozen=True, slots=True)
class People:
    """Three persons who must not be the same."""

    developer: Principal
    reviewer: Principal
    approver: Principal


@dataclass(frozen=True, slots=True)
class Filing:
    """For which client of the developer, for the pupils of which county, by which ways."""

    client_id: ClientId
    division: str
    deliveries: tuple[str, ...] = ("claims",)


async def approve(house: House, people: People, filing: Filing, key_file: Path) -> ApprovalId:
    """File, review, preview, decide and sign a client's sign-in: name, school and grade."""
    request_id = await file_and_review(house, people, filing)
    waiting = await prepare(house, people.approver, request_id)
    signed = Signed(waiting.approval_id, sign(read_key_file(key_file), waiting.payload))
    request = await load(house.sharing, request_id)
    return await decide_request(house.sharing, people.approver, request, signed)


async def file_and_review(house: House, people: People, filing: Filing) -> DataRequestId:
    """Bring a data request before the approver."""
    services, developer, reviewer = house.sharing, people.developer, people.reviewer
    begun = Begun(filing.client_id, PURPOSE, filing.division)
    request_id = await begin_request(services, developer, begun)
    scan = Attachment("document", "批准文件.pdf", "application/pdf", SCAN)
    await edit_request(
        services, developer, await own_request(services, developer, request_id),
        _form(house, people.approver, filing), scan,
    )  # fmt: skip
    await submit_request(services, developer, await own_request(services, developer, request_id))
    seen = await station_request(services, reviewer, request_id, REVIEW)
    await make_preview(services, reviewer, seen.request)
    await take_station(
        services, reviewer, await load(services, request_id), REVIEW, "pass", "用途正当，范围适当"
    )
    return request_id


async def prepare(house: House, approver: Principal, request_id: DataRequestId) -> Pending:
    """Have the document made that the approver is to sign."""
    services = house.sharing
    request = await load(services, request_id)
    if request.scope is None:
        raise ValueError("a submitted data request has a scope")
    bounds = proposed(request.scope, policy_k=services.policy.k(PURPOSE))
    await prepare_decision(services, approver, request, Wanted(bounds, "同意按申请范围提供"))
    return await pending_of(services, approver, request_id)


def _form(house: House, approver: Principal, filing: Filing) -> dict[str, str | list[str]]:
    today = house.runtime.clock()
    return {
        "ground_kind": "government_approval",
        "law_id": "",
        "government_org_id": approver.org_id or "",
        "document_number": "沂政办函〔2026〕18号",
        "document_date": f"{today - timedelta(days=20):%Y-%m-%d}",
        "decided_by": "沂水县人民政府副县长",
        "basis": "consent",
        "division": filing.division,
        "school_codes": "",
        "grades": [],
        "start": f"{today - timedelta(days=1):%Y-%m-%d}",
        "end": f"{today + timedelta(days=300):%Y-%m-%d}",
        "rows": "100000",
        "pupils": "3000",
        "calls": "100000",
        "deliveries": list(filing.deliveries),
        "agreement": "双方约定：只用于登录与分班教学，不得转提供，到期删除。（演示协议）",
        "assessment": "影响评估结论：字段最少、形式已掩码，风险可接受。（演示评估）",
        **{f"form.{name}": form for name, form in FIELDS.items()},
        **{f"why.{name}": "登录后显示所在学校与年级" for name in FIELDS},
    }
