"""Trace what left: who asked, who approved, what, in what form, under which policy, who answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine import Row

from kernel.ids import PersonId, StudentId
from kernel.principal import Principal, Role
from sharing.door.store import disclosures
from sharing.door.usecases.pupils import pupil_tag
from sharing.oversight.domain.trace import Target, Trace
from sharing.oversight.store import audit
from sharing.oversight.usecases import timeline
from sharing.oversight.usecases.cards import approval_cards, disclosure_cards
from sharing.oversight.usecases.find_target import find_targets
from sharing.oversight.usecases.record_search import record_search
from sharing.requests.usecases.services import SharingServices

_PARTIES = {
    "client": (audit.requests_of_client, audit.disclosures_of_client),
    "recipient": (audit.requests_of_recipient, audit.disclosures_of_recipient),
}


@dataclass(slots=True)
class _Rows:
    """What the tables say of a target."""

    requests: list[str] = field(default_factory=list)
    approvals: list[str] = field(default_factory=list)
    disclosures: Sequence[Row[Any]] = ()
    events: list[timeline.Event] = field(default_factory=list)


async def search(services: SharingServices, principal: Principal, text: str) -> list[Target]:
    """Return what the text may mean, after the search is on record. Auditors only."""
    principal.require(Role.AUDITOR)
    found = await find_targets(services, principal, text)
    await record_search(services, principal, "search", text, len(found))
    return found


async def trace(services: SharingServices, principal: Principal, target: Target) -> Trace:
    """Return everything about a target that `search` found. Auditors only."""
    principal.require(Role.AUDITOR)
    rows = await _rows(services, principal, target)
    database = services.runtime.database
    if rows.requests:
        signed = await database.read(audit.approvals_of_requests(rows.requests))
        rows.approvals += [row.id for row in signed]
    if rows.approvals and not rows.disclosures:
        rows.disclosures = await database.read(audit.disclosures_of_approvals(rows.approvals))
    cited = {one for row in rows.disclosures for one in row.approval_ids}
    if not rows.requests:
        known = await database.read(audit.approvals_by_id({*rows.approvals, *cited}))
        rows.requests = [row.data_request_id for row in known]
    rows.events += await timeline.of_requests(services, rows.requests)
    rows.events += await timeline.of_switches(services, _stoppable(rows, target, cited))
    rows.events += await timeline.of_overlaps(services, {*rows.approvals, *cited})
    return Trace(
        target=target,
        approvals=await approval_cards(services, {*rows.approvals, *cited}),
        disclosures=await disclosure_cards(services, rows.disclosures),
        events=tuple(sorted(rows.events, key=lambda one: one.at, reverse=True)),
    )


async def _rows(services: SharingServices, principal: Principal, target: Target) -> _Rows:
    database, key = services.runtime.database, target.key
    if target.kind == "pupil":
        return await _of_pupil(services, principal, StudentId(key))
    if target.kind == "person":
        asked = await database.read(audit.requests_of_person(key))
        looks = await timeline.looks_by(services, principal, PersonId(key))
        return _Rows([row.id for row in asked], events=looks)
    if target.kind in _PARTIES:
        requests_of, disclosures_of = _PARTIES[target.kind]
        asked = await database.read(requests_of(key))
        left = await database.read(disclosures_of(key))
        return _Rows([row.id for row in asked], disclosures=left)
    if target.kind == "disclosure":
        return _Rows(disclosures=await database.read(audit.disclosure_of(key)))
    return _Rows(approvals=[key]) if target.kind == "approval" else _Rows([key])


async def _of_pupil(
    services: SharingServices, principal: Principal, student_id: StudentId
) -> _Rows:
    tag = pupil_tag(services.runtime, student_id)
    left = await services.runtime.database.read(disclosures.of_pupil(tag).limit(audit.MOST))
    events = await timeline.of_notices(services, tag)
    events += await timeline.looks_at(services, principal, student_id)
    return _Rows(disclosures=left, events=events)


def _stoppable(rows: _Rows, target: Target, cited: Collection[str]) -> set[str]:
    return {target.key, *rows.approvals, *cited, *(row.client_id for row in rows.disclosures)}
