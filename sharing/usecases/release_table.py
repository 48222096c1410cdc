"""Release an approved table or count as a file: decision, table, disclosure, receipt, bytes."""

from dataclasses import dataclass

import structlog

from kernel.canonical import canonical_bytes
from kernel.errors import DeniedError, MissingError
from kernel.ids import DataRequestId
from kernel.principal import Principal, Role
from kernel.runtime import Runtime
from policies import Policy
from sharing.domain.approval import LoadedApproval
from sharing.domain.leaving import Leaving
from sharing.domain.package import zip_bytes
from sharing.domain.release import ClientFacts
from sharing.domain.scope import Bounds, Delivery
from sharing.domain.table_file import count_rows, csv_bytes
from sharing.usecases.build_table import Built, build_table, cohort_of
from sharing.usecases.disclose import Stopped, Written, close, disclose
from sharing.usecases.find_approval import approval_of_request
from sharing.usecases.permits import Ask, denied, failures, permits, require_log
from sharing.usecases.pupils import load_pupils, pupil_tag
from sharing.usecases.services import SharingServices
from sharing.usecases.stopped import stopped_error

log = structlog.get_logger("sharing")


@dataclass(frozen=True, slots=True)
class TableRelease:
    """The file as it leaves. Call `delivered` once it was sent, `void` if nothing was."""

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
    approval = await approval_of_request(services, data_request_id)
    if approval is None or approval.recipient_id != principal.recipient_id:
        raise MissingError("没有这份已批准的数据申请", remedy="请核对申请编号")
    client = await _client(services, approval)
    delivery = Delivery.FILE if Delivery.FILE in approval.scope.deliveries else Delivery.COUNTS
    built, forms = await _build(services, approval, client, delivery)
    _inside_bounds(approval.bounds, built)
    content = _content(services.policy, built)
    made = _Made(approval, client, delivery, forms, built)
    leaving = _leaving(services, made, content)
    written = await disclose(services.runtime, leaving)
    if isinstance(written, Stopped):
        raise stopped_error(written)
    receipt = await _sealed(services, written)
    package = _package(leaving, written, content, receipt, built)
    return TableRelease(f"xueyin-{written.disclosure_id}.zip", package, written)


async def delivered(runtime: Runtime, release: TableRelease) -> None:
    """Close the disclosure: the bytes were handed to the network."""
    await close(runtime, release.written, "delivered")


async def _build(
    services: SharingServices, approval: LoadedApproval, client: ClientFacts, delivery: Delivery
) -> tuple[Built, dict[str, str]]:
    ids = await cohort_of(services, approval.scope, approval.approval_id)
    pupils = [facts for facts, _ in await load_pupils(services.runtime, ids, ())]
    asked = dict.fromkeys(approval.scope.fields, "")
    ask = Ask(client, delivery, asked, pupils, services.runtime.clock(), approval.approval_id)
    found = await permits(services, ask)
    if reasons := failures(found):
        raise denied(reasons)
    forms = dict(found[0].decision.forms)
    built = await build_table(services, approval.scope, approval.data_request_id, forms, ids)
    return built, forms


def _inside_bounds(bounds: Bounds, built: Built) -> None:
    """Refuse what is outside of what the approver signed."""
    rows = len(built.rows) or len(built.pupils)
    checks = (
        (rows > bounds.most_rows, f"{rows} 行超过签署的上限 {bounds.most_rows} 行"),
        (built.k is not None and built.k < bounds.least_k, f"k 低于签署的下限 {bounds.least_k}"),
        (
            built.risk is not None and built.risk > bounds.highest_risk,
            f"重识别风险高于签署的上限 {bounds.highest_risk}",
        ),
    )
    for holds, message in checks:
        if holds:
            raise DeniedError(
                message, rule="批准人签署的界限", remedy="请就新的界限重新申请并由批准人签署"
            )


def _content(policy: Policy, built: Built) -> bytes:
    titles = {name: field.title for name, field in policy.catalogue.items()} | {"count": "人数"}
    if not built.statistics:
        return csv_bytes(built.columns, titles, built.rows)
    parts = [count_rows(statistic) for statistic in built.statistics]
    return b"\r\n".join(csv_bytes(columns, titles, rows) for columns, rows in parts)


@dataclass(frozen=True, slots=True)
class _Made:
    approval: LoadedApproval
    client: ClientFacts
    delivery: Delivery
    forms: dict[str, str]
    built: Built


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
    )


async def _client(services: SharingServices, approval: LoadedApproval) -> ClientFacts:
    for client in await services.clients.clients_of(approval.recipient_id):
        if client.client_id == approval.client_id:
            return client
    raise MissingError("应用已停用", remedy="请联系应用的登记单位")


async def _sealed(services: SharingServices, written: Written) -> str:
    try:
        return (await services.log.sealed(written.entry_id)).text
    except Exception:
        # The entry is durable but nothing was sent: say so in the log, then refuse.
        await close(services.runtime, written, "void")
        raise


def _package(
    leaving: Leaving, written: Written, content: bytes, receipt: str, built: Built
) -> bytes:
    disclosure = {
        "disclosure": written.disclosure_id,
        "entry": written.entry_id,
        "approvals": leaving.approval_ids,
        "forms": dict(leaving.forms),
        "label": leaving.label,
        "release_key": written.key.hex(),
        "report": built.report,
    }
    return zip_bytes(
        {
            "data.csv": content,
            "disclosure.json": canonical_bytes(disclosure),
            "receipt.tlog-proof": receipt.encode(),
        }
    )
