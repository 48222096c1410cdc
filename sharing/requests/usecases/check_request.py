"""May this data request be submitted? Every fault at once, each with its rule and remedy."""

from dataclasses import dataclass
from datetime import datetime

from kernel.errors import MissingError, Problem
from kernel.ids import OrgId
from policies.decision import Failure
from policies.model import Purpose
from policies.submission import Submission, check
from registry.usecases import orgs
from sharing.requests.domain.area import contains
from sharing.requests.domain.asked import Asked, read
from sharing.requests.domain.office import government_problems
from sharing.requests.domain.scope import Basis, Cohort, Delivery, Period, Quota, Scope
from sharing.requests.store.requests import DataRequest
from sharing.requests.usecases.authorize import office
from sharing.requests.usecases.recipients import recipient_of
from sharing.requests.usecases.services import SharingServices

OF_FIELD = frozenset({
    "field_unknown", "field_not_in_purpose", "form_not_permitted", "raw_identifier", "free_text",
    "not_anonymous", "form_too_weak", "field_not_deliverable", "law_field",
})  # fmt: skip
"""Failures that speak of a registry field, not of an input of the form."""
INPUT_OF = {
    "purpose_unknown": "purpose", "recipient_not_allowed": "purpose", "ground_missing":
    "ground_kind", "ground_not_allowed": "ground_kind", "law_unknown": "law_id", "law_purpose":
    "law_id", "law_recipient": "law_id", "basis_missing": "basis", "basis_not_allowed": "basis",
    "no_fields": "fields", "no_delivery": "deliveries", "delivery_unknown": "deliveries",
    "delivery_not_allowed": "deliveries", "cohort_division": "division",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """What the form says, the scope if it is one, and everything that stands against it."""

    asked: Asked
    scope: Scope | None
    problems: tuple[Problem, ...]


async def check_request(services: SharingServices, request: DataRequest) -> Checked:
    """Return what may be submitted, or all faults. Nothing is changed."""
    asked, faults = read(request.form, document_digest=request.document_digest)
    purpose = str(request.form.get("purpose", ""))
    now = services.runtime.clock()
    schools, unknown = await _schools(services, asked)
    recipient = await recipient_of(services, request.recipient_id)
    known = services.policy.purposes.get(purpose)
    submission = _submission(asked, purpose, recipient.kind, schools, now)
    said = {fault.field for fault in faults}
    failures = [
        problem
        for failure in check(services.policy, submission)
        if (problem := as_problem(failure)).field not in said
    ]
    client = await _client_problems(services, request)
    ground = await _ground_problems(services, asked)
    problems = (*client, *faults, *failures, *unknown, *ground)
    if problems or known is None:
        return Checked(asked, None, problems)
    return Checked(asked, _scope(request, asked, known, schools), ())


def as_problem(failure: Failure) -> Problem:
    """Return a failure of the policy as a problem of the form's input."""
    field = failure.field
    if failure.code in OF_FIELD:
        field = f"form.{field}"
    return Problem(
        failure.message, INPUT_OF.get(failure.code, field), failure.article, failure.cure
    )


def _submission(
    asked: Asked, purpose: str, recipient_kind: str, schools: tuple[OrgId, ...], now: datetime
) -> Submission:
    return Submission(
        purpose=purpose, recipient_kind=recipient_kind, ground_kind=asked.ground.kind,
        basis=asked.basis, fields=asked.fields, division=asked.division, start=asked.start,
        end=asked.end, rows=asked.rows, pupils=asked.pupils, calls=asked.calls,
        deliveries=asked.deliveries, now=now, law_id=asked.ground.law_id,
        government_org_id=asked.ground.government_org_id or "",
        document_number=asked.ground.document_number, document_date=asked.ground.document_date,
        document_digest=asked.ground.document_digest, school_ids=tuple(schools),
        grades=asked.grades,
    )  # fmt: skip


def _scope(
    request: DataRequest, asked: Asked, purpose: Purpose, schools: tuple[OrgId, ...]
) -> Scope:
    return Scope(
        client_id=request.client_id, recipient_id=request.recipient_id, purpose=purpose.code,
        ground=asked.ground, basis=Basis(asked.basis), fields=asked.fields,
        cohort=Cohort(asked.division, schools, asked.grades),
        period=Period(asked.start, asked.end),
        quota=Quota(asked.rows, asked.pupils, asked.calls),
        deliveries=tuple(Delivery(way) for way in asked.deliveries),
        obligations=purpose.obligations,
    )  # fmt: skip


async def _schools(
    services: SharingServices, asked: Asked
) -> tuple[tuple[OrgId, ...], list[Problem]]:
    found: list[OrgId] = []
    faults: list[Problem] = []
    for code in asked.school_codes:
        try:
            school = await orgs.by_code(services.runtime, code)
        except MissingError:
            school = None
        if school is None or school.kind.value != "school":
            faults.append(_school_problem(f"没有标识码为“{code}”的学校"))
        elif not contains(asked.division, school.division):
            faults.append(_school_problem(f"{school.name}不在申请的区域内"))
        else:
            found.append(school.id)
    return tuple(found), faults


async def _client_problems(services: SharingServices, request: DataRequest) -> list[Problem]:
    clients = await services.clients.clients_of(request.recipient_id)
    fitting = [one for one in clients if one.client_id == request.client_id]
    if not fitting:
        return [
            Problem(
                "该应用不属于本单位或已停用", "client_id", "一个应用对应一个接收方", "请选择应用"
            )
        ]
    if fitting[0].sandbox:
        return [
            Problem(
                "沙箱应用只使用合成数据，无需申请", "client_id", "沙箱与正式环境分离",
                "请登记正式应用后再申请",
            )
        ]  # fmt: skip
    return []


async def _ground_problems(services: SharingServices, asked: Asked) -> tuple[Problem, ...]:
    if asked.ground.kind != "government_approval" or not asked.ground.government_org_id:
        return ()
    government = await office(services, asked.ground.government_org_id)
    return government_problems(government, asked.division, within_approver=True)


def _school_problem(message: str) -> Problem:
    return Problem(message, "school_codes", "第二十三条：本区域学籍数据", "请核对 10 位学校标识码")
