"""Begin a data request, and keep what is typed into it, faulty or not: nothing entered is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from kernel.errors import DeniedError, InvalidError, Problem
from kernel.ids import ClientId, DataRequestId, RecipientId, new_id
from kernel.principal import Principal, Role
from policies.submission import DIVISION
from sharing.requests.domain.asked import MULTIPLE, PREFIXES, SINGLE
from sharing.requests.domain.request_state import State, Step, after
from sharing.requests.store import attachments, requests
from sharing.requests.store.attachments import Attachment, Frozen
from sharing.requests.store.requests import DataRequest, Who
from sharing.requests.usecases.services import SharingServices

LARGEST_FILE = 8 * 1024 * 1024
MAGIC = {
    b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Begun:
    """The three answers that decide which questions follow."""

    client_id: ClientId
    purpose: str
    division: str


async def begin_request(
    services: SharingServices, principal: Principal, begun: Begun
) -> DataRequestId:
    """Return the id of a new draft of the caller's own organisation.

    Raises InvalidError with all faults; DeniedError if the caller belongs to none.
    """
    recipient_id = applicant_of(principal)
    if faults := await _faults(services, recipient_id, begun):
        raise InvalidError.of(tuple(faults))
    runtime = services.runtime
    identity = DataRequestId(new_id("request", runtime.entropy))
    values = {
        "id": identity, "client_id": begun.client_id, "recipient_id": recipient_id,
        "state": State.DRAFT.value, "round": 0, "version": 0,
        "applicant_person": principal.person_id, "applicant_account": principal.account_id,
        "applicant_name": principal.display_name,
        "form": {"purpose": begun.purpose, "division": begun.division},
        "scope": None, "division": begun.division, "justifications": {},
        "created_at": runtime.clock(), "submitted_at": None, "closed_at": None,
        **dict.fromkeys(
            ("agreement_digest", "assessment_digest", "document_digest", "policy_digest",
             "preview_digest", "plan_digest"), "",
        ),
    }  # fmt: skip
    await runtime.database.write(lambda connection: requests.insert(connection, values))
    return identity


async def edit_request(
    services: SharingServices,
    principal: Principal,
    request: DataRequest,
    typed: Mapping[str, str | list[str]],
    scan: Attachment | None = None,
) -> None:
    """Keep the answers (and the scan of the government's document) as they were typed.

    Raises ConflictError when the request is no longer open for changes, or was changed meanwhile;
    InvalidError for an answer to no question, or a scan that is no PDF, PNG or JPEG.
    """
    after(request.state, Step.EDIT)
    only_applicant(principal, request)
    _check_names(services, request, typed)
    if scan is not None:
        scan = checked_scan(scan)
    now = services.runtime.clock()
    form = {**typed, "purpose": request.form["purpose"]}
    division = typed.get("division", "")
    who = Who(principal.person_id, principal.display_name)

    def job(connection: Connection) -> None:
        values = {"form": form, "preview_digest": "", "plan_digest": ""}
        if isinstance(division, str) and DIVISION.fullmatch(division):
            values["division"] = division
        if scan is not None:
            values["document_digest"] = scan.digest
            frozen = Frozen(request.id, principal.person_id, now)
            attachments.freeze(connection, services.runtime.keyring, frozen, scan)
        requests.move(connection, request, Step.EDIT, who, now, **values)

    await services.runtime.database.write(job)


def applicant_of(principal: Principal) -> RecipientId:
    """Return the organisation for which the caller may ask; raises DeniedError."""
    principal.require(Role.DEVELOPER)
    if principal.recipient_id is None:
        raise DeniedError(
            "您的账号不属于任何接收方", rule="申请须由接收方的人员提出",
            remedy="请联系管理员登记接收方并关联账号",
        )  # fmt: skip
    return principal.recipient_id


def only_applicant(principal: Principal, request: DataRequest) -> None:
    """Raise DeniedError unless the caller's person began the data request."""
    if principal.person_id != request.applicant_person:
        raise DeniedError(
            "只有申请人本人可以修改、提交或撤回", rule="一份申请一位申请人",
            remedy=f"请由{request.applicant_name}办理",
        )  # fmt: skip


def checked_scan(scan: Attachment) -> Attachment:
    """Return the scan with its true media type; raises InvalidError for another kind of file."""
    for magic, media_type in MAGIC.items():
        if scan.content.startswith(magic) and len(scan.content) <= LARGEST_FILE:
            return Attachment(scan.kind, scan.name[-200:], media_type, scan.content)
    raise InvalidError(
        "扫描件应为 8 MB 以内的 PDF、PNG 或 JPEG 文件", field="document_scan",
        rule="批准文件须可查验", remedy="请重新扫描后上传",
    )  # fmt: skip


def _check_names(
    services: SharingServices, request: DataRequest, typed: Mapping[str, str | list[str]]
) -> None:
    purpose = services.policy.purpose(str(request.form["purpose"]))
    fields = {prefix + field for prefix in PREFIXES for field in purpose.fields}
    unknown = sorted(set(typed) - SINGLE - MULTIPLE - fields)
    if unknown:
        raise InvalidError(
            f"表单中有不认识的项目：{'、'.join(unknown)[:200]}", rule="只接受表单列出的项目",
            remedy="请返回表单页面重新填写",
        )  # fmt: skip
    if any(isinstance(typed[name], list) != (name in MULTIPLE) for name in typed):
        raise InvalidError("表单项目的形式不对", rule="一问一答", remedy="请返回表单页面重新填写")


async def _faults(
    services: SharingServices, recipient_id: RecipientId, begun: Begun
) -> Sequence[Problem]:
    faults = []
    clients = await services.clients.clients_of(recipient_id)
    if begun.client_id not in {one.client_id for one in clients if not one.sandbox}:
        faults.append(
            Problem(
                "请选择本单位登记的正式应用", "client_id", "一个应用对应一个接收方",
                "沙箱应用只用合成数据，无需申请",
            )
        )  # fmt: skip
    if begun.purpose not in services.policy.purposes:
        faults.append(Problem("请选择用途", "purpose", "用途为封闭清单", "从清单中选择一项"))
    if not DIVISION.fullmatch(begun.division):
        faults.append(
            Problem("请填写行政区划代码", "division", "第二十三条", "2、4 或 6 位数字，例如 330106")
        )
    return faults
