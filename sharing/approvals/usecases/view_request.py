"""Gather everything that a page shows of one data request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy.engine import Row

from kernel.errors import MissingError, Problem
from kernel.ids import ApprovalId
from kernel.principal import Principal
from policies import explain
from policies.words import FORMS
from registry.usecases import orgs
from sharing.approvals.domain.approval import LoadedApproval
from sharing.approvals.usecases.find_approval import approval_of_request
from sharing.approvals.usecases.frozen_report import report_of
from sharing.approvals.usecases.record_preview_look import record_preview_look
from sharing.requests.domain.request_state import STEP_TITLES, State, Step
from sharing.requests.domain.scope_document import scope_document
from sharing.requests.store import attachments, requests
from sharing.requests.store.attachments import Attachment
from sharing.requests.store.requests import DataRequest
from sharing.requests.usecases.check_request import check_request
from sharing.requests.usecases.recipients import Recipient, recipient_of
from sharing.requests.usecases.services import SharingServices


@dataclass(frozen=True, slots=True)
class Happened:
    """One step of the history: what was done, by whom, why and when."""

    title: str
    name: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One asked field in words."""

    title: str
    form: str
    sentence: str
    justification: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A data request with names in place of ids.

    `preview` is the frozen document, or {}; `report` what was measured of its table, or {}.
    """

    request: DataRequest
    recipient: Recipient
    client_name: str
    ground: str
    government: str
    schools: tuple[str, ...]
    fields: tuple[FieldRow, ...]
    obligations: tuple[str, ...]
    history: tuple[Happened, ...]
    stations: Mapping[str, Row[Any]]
    attached: Sequence[Row[Any]]
    texts: Mapping[str, str]
    preview: Mapping[str, Any]
    preview_headers: tuple[str, ...]
    report: Mapping[str, Any]
    raw_scope: str
    findings: tuple[Problem, ...]
    approval: LoadedApproval | None
    in_force: bool

    @property
    def approval_id(self) -> ApprovalId | None:
        """The approval's id if there is a genuine one."""
        return self.approval.approval_id if self.approval else None


async def view_request(
    services: SharingServices, request: DataRequest, looking: Principal | None = None
) -> Shown:
    """Return it as of now. The caller has been authorized to see it.

    Only who is `looking` at the station sees the preview, and the look is on record first.
    """
    read = services.runtime.database.read
    recipient = await recipient_of(services, request.recipient_id)
    clients = await services.clients.clients_of(request.recipient_id)
    names = {one.client_id: one.name for one in clients}
    rows = await read(requests.stations(request.id, request.round))
    approval = await approval_of_request(services, request.id)
    government = await _government(services, request)
    preview = await _preview(services, request, looking) if looking else {}
    return Shown(
        request=request,
        recipient=recipient,
        client_name=names.get(request.client_id, request.client_id),
        ground=_ground(services, request, government),
        government=government,
        schools=await _schools(services, request),
        fields=_fields(services, request),
        obligations=tuple(
            explain.obligation(services.policy, code)
            for code in (request.scope.obligations if request.scope else ())
        ),
        history=await _history(services, request),
        stations={row.station: row for row in rows},
        attached=await read(attachments.select_list(request.id)),
        texts=await _texts(services, request),
        preview=preview,
        report=await report_of(services, request, preview),
        preview_headers=_headers(services, preview),
        raw_scope=_raw(request),
        findings=await _findings(services, request),
        approval=approval,
        in_force=approval is not None and approval.in_force(services.runtime.clock()),
    )


async def attachment_of(
    services: SharingServices, request: DataRequest, digest: str, kinds: frozenset[str]
) -> Attachment:
    """Return an attachment of one of the kinds; raises MissingError if there is none."""
    known = await services.runtime.database.read(attachments.select_list(request.id))
    if digest not in {row.digest for row in known}:
        raise _no_attachment()
    found = await services.runtime.database.read(attachments.select_one(request.id, digest))
    for row in found:
        if row.kind in kinds:
            return attachments.open_row(services.runtime.keyring, row)
    raise _no_attachment()


def _no_attachment() -> MissingError:
    return MissingError("没有这份附件", field="attachment", remedy="请核对编号")


async def _findings(services: SharingServices, request: DataRequest) -> tuple[Problem, ...]:
    """Return what today's policy says against it, while it still stands before a station."""
    if request.state not in (State.SUBMITTED, State.REVIEWED):
        return ()
    return (await check_request(services, request)).problems


async def _government(services: SharingServices, request: DataRequest) -> str:
    identity = request.scope.ground.government_org_id if request.scope else None
    if not identity:
        return ""
    try:
        return (await orgs.org(services.runtime, identity)).name
    except MissingError:
        return ""


def _ground(services: SharingServices, request: DataRequest, government: str) -> str:
    if request.scope is None:
        return ""
    ground = request.scope.ground
    return explain.ground(
        services.policy, ground.kind, law_id=ground.law_id, government=government,
        document_number=ground.document_number,
    )  # fmt: skip


async def _schools(services: SharingServices, request: DataRequest) -> tuple[str, ...]:
    if request.scope is None:
        return ()
    return tuple(
        [(await orgs.org(services.runtime, one)).name for one in request.scope.cohort.school_ids]
    )


def _fields(services: SharingServices, request: DataRequest) -> tuple[FieldRow, ...]:
    policy = services.policy
    return tuple(
        FieldRow(
            policy.catalogue[name].title, form, explain.form(policy, name, form),
            request.justifications.get(name, ""),
        )
        for name, form in (request.scope.fields if request.scope else {}).items()
        if name in policy.catalogue
    )  # fmt: skip


def _headers(services: SharingServices, preview: Mapping[str, Any]) -> tuple[str, ...]:
    catalogue = services.policy.catalogue
    return tuple(
        f"{catalogue[name].title if name in catalogue else '人数'}（{FORMS.get(form, form)}）"
        for name, form in preview.get("columns", ())
    )


def _raw(request: DataRequest) -> str:
    if request.scope is None:
        return ""
    return orjson.dumps(scope_document(request.scope), option=orjson.OPT_INDENT_2).decode()


async def _history(services: SharingServices, request: DataRequest) -> tuple[Happened, ...]:
    rows = await services.runtime.database.read(requests.history(request.id))
    return tuple(
        Happened(STEP_TITLES[Step(row.step)], row.person_name, row.reason, row.at)
        for row in rows
        if row.step != Step.EDIT.value
    )


async def _texts(services: SharingServices, request: DataRequest) -> Mapping[str, str]:
    wanted = {"agreement": request.agreement_digest, "impact_assessment": request.assessment_digest}
    found = {}
    for kind, digest in wanted.items():
        rows = await services.runtime.database.read(
            attachments.select_one(request.id, digest, kind)
        )
        content = attachments.open_row(services.runtime.keyring, rows[0]).content if rows else b""
        found[kind] = content.decode()
    return found


async def _preview(
    services: SharingServices, request: DataRequest, looking: Principal
) -> Mapping[str, Any]:
    if not request.preview_digest:
        return {}
    rows = await services.runtime.database.read(
        attachments.select_one(request.id, request.preview_digest, "preview")
    )
    if not rows:
        return {}
    await record_preview_look(services, looking, request.id, request.preview_digest)
    seen: dict[str, Any] = orjson.loads(
        attachments.open_row(services.runtime.keyring, rows[0]).content
    )
    return seen
