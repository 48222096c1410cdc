"""Release an approved table or count as a file: decision, table, disclosure, receipt, bytes."""

from dataclasses import dataclass

from kernel.canonical import canonical_bytes
from kernel.errors import ConflictError, DeniedError, InvalidError, MissingError
from kernel.ids import DataRequestId
from kernel.principal import Principal, Role
from policies import Policy
from sharing.domain.approval import LoadedApproval
from sharing.domain.identifier import is_identifier
from sharing.domain.leaving import ANONYMIZED, Leaving
from sharing.domain.overtime import RULE, OverlapError
from sharing.domain.package import zip_bytes
from sharing.domain.release import Ask, ClientFacts
from sharing.domain.scope import Delivery
from sharing.domain.table_file import count_rows, csv_bytes
from sharing.store.overtime import MovedError
from sharing.usecases.agreed import Agreed, agreed
from sharing.usecases.answer_again import TableRelease, answer_instead, answer_of, keep_answer
from sharing.usecases.build_table import Built, build_table
from sharing.usecases.disclose import Stopped, Written, disclose
from sharing.usecases.find_approval import approval_of_request
from sharing.usecases.fit_release import Fitted, Wanted, fit_release
from sharing.usecases.permits import failures, permits, require_log
from sharing.usecases.pinned_policy import pinned_policy
from sharing.usecases.pupils import load_pupils, pupil_tag
from sharing.usecases.receipt import Proof, proof_or_void
from sharing.usecases.refuse import leave_trace, refuse
from sharing.usecases.services import SharingServices
from sharing.usecases.stopped import stopped_error

MOST_TRIES = 5
"""How often a release is judged anew because another one was written meanwhile."""


async def release_table(
    services: SharingServices, principal: Principal, data_request_id: DataRequestId
) -> TableRelease:
    """Return the file for the recipient's developer, with its disclosure sealed.

    What was answered before is sent again byte by byte, and so it is where a new table would tell
    too much beside earlier ones. Raises MissingError for a request of another recipient (or none),
    DeniedError with all reasons, ConflictError while others keep releasing, UnavailableError while
    the log cannot be sealed: nothing has left then.
    """
    principal.require(Role.DEVELOPER)
    require_log(services)
    known = is_identifier(data_request_id)
    approval = await approval_of_request(services, data_request_id) if known else None
    if approval is None or approval.recipient_id != principal.recipient_id:
        raise MissingError("没有这份已批准的数据申请", remedy="请核对申请编号")
    client = await _client(services, approval)
    delivery = Delivery.FILE if Delivery.FILE in approval.scope.deliveries else Delivery.COUNTS
    asked = _Asked(
        approval, client, delivery, await agreed(services, approval, approval.scope.fields)
    )
    for _ in range(MOST_TRIES):
        try:
            return await _release(services, asked)
        except MovedError:
            continue
    raise ConflictError("同时有其他提供正在进行", rule=RULE, remedy="请稍后重试")


async def _release(services: SharingServices, asked: "_Asked") -> TableRelease:
    """Release once; raises MovedError if another release was written since this one was judged."""
    approval = asked.approval
    try:
        fitted = await _fitted(services, asked)
    except OverlapError as error:
        first = await answer_instead(services, approval, error.overlap)
        if first is None:
            await leave_trace(
                services, await _ask(services, asked), {approval.approval_id}, {"overlap"}
            )
            raise
        return first
    content = table_bytes(services.policy, fitted.built)
    leaving = _leaving(services, asked, fitted, content)
    anonymous = leaving.label == ANONYMIZED
    written = await disclose(
        services.runtime, leaving, cite=anonymous, remember=fitted.judgement.remember
    )
    if isinstance(written, Stopped):
        services.log.wake()
        raise stopped_error(written)
    if not written.key and (first := await answer_of(services, written.disclosure_id)):
        return first
    proof = await proof_or_void(services, written)
    package = _package(leaving, written, content, proof)
    released = TableRelease(f"xueyin-{written.disclosure_id}.zip", package, written)
    if anonymous:
        await keep_answer(services, approval, released)
    return released


async def _ask(services: SharingServices, asked: "_Asked") -> Ask:
    pupils = [facts for facts, _ in await load_pupils(services.runtime, asked.people.ids, ())]
    fields = dict.fromkeys(asked.approval.scope.fields, "")
    now = services.runtime.clock()
    return Ask(asked.client, asked.delivery, fields, pupils, now, asked.approval.approval_id)


async def _fitted(services: SharingServices, asked: "_Asked") -> Fitted:
    approval, ids = asked.approval, asked.people.ids
    ask = await _ask(services, asked)
    found = await permits(services, ask)
    if failures(found):
        raise await refuse(services, ask, found)
    try:
        pinned = await pinned_policy(services, approval)
        wanted = Wanted(
            approval.scope, dict(found[0].decision.forms), ids, approval.bounds.least_k,
            (services.policy, pinned or services.policy),
        )  # fmt: skip
        return await fit_release(
            services, wanted,
            lambda forms, some: build_table(
                services, approval.scope, approval.data_request_id, forms, some, pinned
            ),
        )  # fmt: skip
    except OverlapError:
        raise
    except (DeniedError, InvalidError) as error:
        code = "personal_data" if isinstance(error, DeniedError) else "plan_not_met"
        await leave_trace(services, ask, {approval.approval_id}, {code})
        raise


def table_bytes(policy: Policy, built: Built) -> bytes:
    """Return the file of a table, or of all its counts one below the other."""
    titles = {name: field.title for name, field in policy.catalogue.items()} | {"count": "人数"}
    if not built.statistics:
        return csv_bytes([(built.columns, built.rows)], titles)
    return csv_bytes([count_rows(statistic) for statistic in built.statistics], titles)


@dataclass(frozen=True, slots=True)
class _Asked:
    approval: LoadedApproval
    client: ClientFacts
    delivery: Delivery
    people: Agreed


def _leaving(services: SharingServices, asked: _Asked, fitted: Fitted, content: bytes) -> Leaving:
    built, people = fitted.built, asked.people
    return Leaving(
        client=asked.client,
        delivery=asked.delivery,
        approvals=(asked.approval,),
        forms=fitted.forms,
        cited=dict.fromkeys(fitted.forms, asked.approval.approval_id),
        label=built.label,
        policy_digest=services.policy.digest,
        plan_digest=built.plan_digest,
        pupil_tags=tuple(pupil_tag(services.runtime, pupil) for pupil in built.pupils),
        rows=len(built.pupils),
        content=content,
        report=built.report | {"overtime": fitted.summary()},
        notice_ids=[people.notice_ids[one] for one in built.pupils if people.notice_ids],
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
