"""Release an approved table or count as a file: decision, table, disclosure, receipt, bytes."""

from dataclasses import dataclass

from kernel.canonical import canonical_bytes
from kernel.errors import DeniedError, InvalidError, MissingError
from kernel.ids import DataRequestId, StudentId
from kernel.principal import Principal, Role
from policies import Policy
from sharing.domain.approval import LoadedApproval
from sharing.domain.identifier import is_identifier
from sharing.domain.leaving import Leaving
from sharing.domain.package import zip_bytes
from sharing.domain.release import Ask, ClientFacts
from sharing.domain.scope import Delivery
from sharing.domain.table_file import count_rows, csv_bytes
from sharing.usecases.agreed import Agreed, agreed
from sharing.usecases.build_table import Built, build_table
from sharing.usecases.disclose import Stopped, Written, disclose
from sharing.usecases.find_approval import approval_of_request
from sharing.usecases.permits import failures, permits, require_log
from sharing.usecases.pinned_policy import pinned_policy
from sharing.usecases.pupils import load_pupils, pupil_tag
from sharing.usecases.receipt import Proof, proof_or_void
from sharing.usecases.refuse import leave_trace, refuse
from sharing.usecases.services import SharingServices
from sharing.usecases.stopped import stopped_error


@dataclass(frozen=True, slots=True)
class TableRelease:
    """The file as it leaves. Whoever sends it closes the disclosure as delivered."""

    name: str
    content: bytes
    written: Written


async def release_table(
    services: SharingServices, principal: Principal, data_request_id: DataRequestId
) -> TableRelease:
    """Return the file for the recipient's developer, with its disclosure sealed.

    Raises MissingError for a request of another recipient (or none), DeniedError with all reasons,
    UnavailableError while the log cannot be sealed: nothing has left then.
    """
    principal.require(Role.DEVELOPER)
    require_log(services)
    known = is_identifier(data_request_id)
    approval = await approval_of_request(services, data_request_id) if known else None
    if approval is None or approval.recipient_id != principal.recipient_id:
        raise MissingError("没有这份已批准的数据申请", remedy="请核对申请编号")
    client = await _client(services, approval)
    delivery = Delivery.FILE if Delivery.FILE in approval.scope.deliveries else Delivery.COUNTS
    people = await agreed(services, approval, approval.scope.fields)
    built, forms = await _build(services, approval, client, delivery, people.ids)
    content = table_bytes(services.policy, built)
    made = _Made(approval, client, delivery, forms, built, people)
    leaving = _leaving(services, made, content)
    written = await disclose(services.runtime, leaving)
    if isinstance(written, Stopped):
        services.log.wake()
        raise stopped_error(written)
    proof = await proof_or_void(services, written)
    package = _package(leaving, written, content, proof)
    return TableRelease(f"xueyin-{written.disclosure_id}.zip", package, written)


async def _build(
    services: SharingServices, approval: LoadedApproval, client: ClientFacts, delivery: Delivery,
    ids: list[StudentId],
) -> tuple[Built, dict[str, str]]:  # fmt: skip
    pupils = [facts for facts, _ in await load_pupils(services.runtime, ids, ())]
    asked = dict.fromkeys(approval.scope.fields, "")
    ask = Ask(client, delivery, asked, pupils, services.runtime.clock(), approval.approval_id)
    found = await permits(services, ask)
    if failures(found):
        raise await refuse(services, ask, found)
    forms = dict(found[0].decision.forms)
    try:
        pinned = await pinned_policy(services, approval)
        built = await build_table(
            services, approval.scope, approval.data_request_id, forms, ids, pinned
        )
    except (DeniedError, InvalidError) as error:
        code = "personal_data" if isinstance(error, DeniedError) else "plan_not_met"
        await leave_trace(services, ask, {approval.approval_id}, {code})
        raise
    return built, forms


def table_bytes(policy: Policy, built: Built) -> bytes:
    """Return the file of a table, or of all its counts one below the other."""
    titles = {name: field.title for name, field in policy.catalogue.items()} | {"count": "人数"}
    if not built.statistics:
        return csv_bytes([(built.columns, built.rows)], titles)
    return csv_bytes([count_rows(statistic) for statistic in built.statistics], titles)


@dataclass(frozen=True, slots=True)
class _Made:
    approval: LoadedApproval
    client: ClientFacts
    delivery: Delivery
    forms: dict[str, str]
    built: Built
    people: Agreed


def _leaving(services: SharingServices, made: _Made, content: bytes) -> Leaving:
    built = made.built
    return Leaving(
        client=made.client,
        delivery=made.delivery,
        approvals=(made.approval,),
        forms=made.forms,
        cited=dict.fromkeys(made.forms, made.approval.approval_id),
        label=built.label,
        policy_digest=services.policy.digest,
        plan_digest=built.plan_digest,
        pupil_tags=tuple(pupil_tag(services.runtime, pupil) for pupil in built.pupils),
        rows=len(built.pupils),
        content=content,
        report=built.report,
        notice_ids=[made.people.notice_ids[one] for one in built.pupils if made.people.notice_ids],
        k=built.k,
        risk=built.risk,
    )


async def _client(services: SharingServices, approval: LoadedApproval) -> ClientFacts:
    for client in await services.clients.clients_of(approval.recipient_id):
        if client.client_id == approval.client_id:
            return client
    raise MissingError("应用已停用", remedy="请联系应用的登记单位")


def _package(leaving: Leaving, written: Written, content: bytes, proof: Proof) -> bytes:
    disclosure = {
        "disclosure": written.disclosure_id,
        "entry": written.entry_id,
        "approvals": leaving.approval_ids,
        "forms": dict(leaving.forms),
        "label": leaving.label,
        "release_key": written.key.hex(),
    }
    return zip_bytes(
        {
            "data.csv": content,
            "disclosure.json": canonical_bytes(disclosure),
            "entry.json": proof.entry,
            "report.json": written.report,
            "receipt.tlog-proof": proof.receipt.encode(),
        }
    )
