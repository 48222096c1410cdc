"""Release records to a client's program, one page a call: the record API."""

from dataclasses import dataclass

from kernel.canonical import canonical_bytes, digest
from kernel.errors import DeniedError, InvalidError
from kernel.ids import ClientId, StudentId
from kernel.principal import Principal, Role
from sharing.domain.approval import LoadedApproval
from sharing.domain.leaving import Leaving
from sharing.domain.release import ClientFacts
from sharing.domain.scope import Delivery
from sharing.usecases.build_table import cohort_of
from sharing.usecases.disclose import Stopped, Written, close, disclose
from sharing.usecases.load_in_force import load_in_force
from sharing.usecases.permits import EVERYTHING_APPROVED, Ask, Permit, denied, failures, require_log
from sharing.usecases.permits import permits as judge
from sharing.usecases.pupils import load_pupils, pupil_tag
from sharing.usecases.services import SharingServices
from sharing.usecases.stopped import stopped_error
from sharing.usecases.transform import record_plan, transformed

MOST_RECORDS = 100
OAUTH_SCOPE = "registry.read"


@dataclass(frozen=True, slots=True)
class Page:
    """What is asked: fields (none: all approved), how many, and where the last page ended."""

    fields: frozenset[str]
    limit: int = MOST_RECORDS
    after: str = ""


@dataclass(frozen=True, slots=True)
class RecordRelease:
    """One page as it leaves. `next` is the cursor of the following page, empty at the end."""

    students: tuple[dict[str, str], ...]
    next: str
    label: str
    approvals: tuple[str, ...]
    receipt: str
    written: Written


async def release_records(
    services: SharingServices, principal: Principal, page: Page
) -> RecordRelease:
    """Return the next pupils of the client's cohort, with their disclosure sealed.

    Approval, period, revocation, quota and switches are judged at every page. Raises DeniedError
    with all reasons (over-asking included), InvalidError for a bad page, UnavailableError while
    the log cannot be sealed: nothing has left then.
    """
    client = await _client(services, principal)
    if not 1 <= page.limit <= MOST_RECORDS:
        raise InvalidError(
            f"每页为 1 至 {MOST_RECORDS} 条", field="limit", remedy=f"请填写 1 至 {MOST_RECORDS}"
        )
    require_log(services)
    ids, ahead = await _page_ids(services, client, page)
    permit, rows = await _rows(services, client, page, ids)
    content = canonical_bytes(list(rows))
    leaving = _leaving(services, client, permit, ids, content)
    written = await disclose(services.runtime, leaving)
    if isinstance(written, Stopped):
        raise stopped_error(written)
    try:
        receipt = (await services.log.sealed(written.entry_id)).text
    except Exception:
        await close(services.runtime, written, "void")
        raise
    ids_of_approvals = tuple(leaving.approval_ids)
    return RecordRelease(
        rows, _cursor(services, ids[-1]) if ahead else "", leaving.label, ids_of_approvals, receipt,
        written,
    )  # fmt: skip


async def _client(services: SharingServices, principal: Principal) -> ClientFacts:
    principal.require(Role.CLIENT)
    if OAUTH_SCOPE not in principal.oauth_scopes or principal.recipient_id is None:
        raise DeniedError(
            "访问令牌没有 registry.read 权限", rule="RFC 6750 3.1", remedy="请用该 scope 重新取令牌"
        )
    for client in await services.clients.clients_of(principal.recipient_id):
        if client.client_id == principal.client_id:
            return client
    raise DeniedError("应用已停用", remedy="请联系应用的登记单位")


async def _page_ids(
    services: SharingServices, client: ClientFacts, page: Page
) -> tuple[list[StudentId], bool]:
    """Return the ids of this page, and whether more follow. The cursor is a keyed tag, no id."""
    approval = await _cohort_approval(services, client)
    everyone = await cohort_of(services, approval.scope, approval.approval_id) if approval else []
    start = 0
    if page.after:
        tags = {_cursor(services, student_id): i for i, student_id in enumerate(everyone)}
        if page.after not in tags:
            raise InvalidError("翻页位置无效", field="cursor", remedy="请从第一页重新开始")
        start = tags[page.after] + 1
    ids = everyone[start : start + page.limit]
    return ids, start + page.limit < len(everyone)


async def _cohort_approval(services: SharingServices, client: ClientFacts) -> LoadedApproval | None:
    found = await load_in_force(services, client_id=ClientId(client.client_id))
    records = [one for one in found if Delivery.RECORD_API in one.scope.deliveries]
    return records[0] if records else None


async def _rows(
    services: SharingServices, client: ClientFacts, page: Page, ids: list[StudentId]
) -> tuple[Permit, tuple[dict[str, str], ...]]:
    runtime = services.runtime
    pupils = [facts for facts, _ in await load_pupils(runtime, ids, ())]
    asked = dict.fromkeys(page.fields or {EVERYTHING_APPROVED}, "")
    approval = await _cohort_approval(services, client)
    one = approval.approval_id if approval else None
    ask = Ask(client, Delivery.RECORD_API, asked, pupils, runtime.clock(), one)
    found = await judge(services, ask)
    if reasons := failures(found):
        raise denied(reasons)
    if not ids or not found:
        raise DeniedError(
            "没有可提供的学生", rule="《中小学生学籍管理办法》第二十四条",
            remedy="请核对批准的范围、方式与期限",
        )  # fmt: skip
    permit = found[0]
    plan = record_plan(services.policy, permit.decision.forms)
    records = [record for _, record in await load_pupils(runtime, ids, permit.decision.forms)]
    rows = tuple(transformed(runtime, permit.approval, plan, one.values) for one in records)
    return permit, rows


def _leaving(
    services: SharingServices,
    client: ClientFacts,
    permit: Permit,
    ids: list[StudentId],
    content: bytes,
) -> Leaving:
    approvals = (permit.approval,) if permit.approval else ()
    forms = permit.decision.forms
    return Leaving(
        client=client,
        delivery=Delivery.RECORD_API,
        approvals=approvals,
        forms=forms,
        cited={name: one.approval_id for one in approvals for name in forms},
        label="去标识化",
        policy_digest=services.policy.digest,
        plan_digest=digest(record_plan(services.policy, forms).document()),
        pupil_tags=tuple(pupil_tag(services.runtime, student_id) for student_id in ids),
        rows=len(ids),
        content=content,
    )


def _cursor(services: SharingServices, student_id: StudentId) -> str:
    return services.runtime.keyring.index("cursor", student_id).hex()[:32]
