"""May this caller take this station of this data request? Every fact is loaded here."""

from dataclasses import dataclass

from kernel.errors import DeniedError, MissingError, Problem
from kernel.ids import OrgId, PersonId, RecipientId
from kernel.principal import Principal, Role
from policies.model import Station as PolicyStation
from registry.usecases import orgs
from sharing.requests.domain.office import Office, Station, office_problems
from sharing.requests.domain.people import Actor, Delegation, Parties, problems
from sharing.requests.store import people, requests
from sharing.requests.store.requests import DataRequest
from sharing.requests.usecases.recipients import recipient_of
from sharing.requests.usecases.services import SharingServices

REVIEW, DECIDE = "review", "decide"


@dataclass(frozen=True, slots=True)
class Standing:
    """The caller may act: in this office, at this station, in whose stead if anybody's."""

    person_id: PersonId
    name: str
    office: Office
    station: Station
    delegator: PersonId | None


def station(services: SharingServices, name: str) -> Station:
    """Return the station of the policy's chain; raises MissingError if the chain has none."""
    for one in services.policy.chain:
        if one.name == name:
            return _station(one)
    raise MissingError("审批链中没有该环节", field="station", remedy="请核对审批链配置")


async def office(services: SharingServices, org_id: OrgId | None) -> Office | None:
    """Return the node of the organization tree, or None."""
    if org_id is None:
        return None
    try:
        found = await orgs.org(services.runtime, org_id)
    except MissingError:
        return None
    return Office(found.id, found.kind.value, found.level.value, found.name, found.division)


async def admit(
    services: SharingServices, principal: Principal, name: str, division: str
) -> Standing:
    """Return the caller's standing at a station for pupils of that area.

    Raises DeniedError without role (own or delegated), office, level or area.
    """
    place = station(services, name)
    seat = await office(services, principal.org_id)
    delegation = None
    if Role(place.role) not in principal.roles:
        delegation = await _delegation(services, principal, name, division)
        if delegation is None:
            principal.require(Role(place.role))
    found = office_problems(seat, place, division)
    if found or seat is None:
        raise DeniedError.of(found)
    return Standing(
        principal.person_id, principal.display_name, seat, place,
        delegation.from_person if delegation else None,
    )  # fmt: skip


async def authorize(
    services: SharingServices, principal: Principal, request: DataRequest, name: str
) -> Standing:
    """Return the caller's standing at a station of this data request.

    Raises DeniedError with every reason why not: office, area, own request, colleague of the
    recipient, an earlier station, a declared interest, also those of whom they stand in for.
    """
    standing = await admit(services, principal, name, request.division)
    parties = await _parties(services, request, name)
    actor = Actor(
        person_id=principal.person_id,
        recipients=await _recipients(services, principal.person_id, principal.recipient_id),
        interests=await _interests(services, principal.person_id),
        delegator=standing.delegator,
        delegator_recipients=await _recipients(services, standing.delegator, None),
        delegator_interests=await _interests(services, standing.delegator),
    )
    if found := problems(actor, parties):
        raise DeniedError.of(found)
    return standing


async def _parties(services: SharingServices, request: DataRequest, name: str) -> Parties:
    recipient = await recipient_of(services, request.recipient_id)
    rows = await services.runtime.database.read(requests.stations(request.id))
    earlier = {row.person_id for row in rows if row.station != name}
    earlier |= {row.delegator for row in rows if row.station != name and row.delegator}
    return Parties(
        request.applicant_person, request.recipient_id, recipient.responsible_person,
        frozenset(PersonId(person) for person in earlier),
    )  # fmt: skip


async def _recipients(
    services: SharingServices, person: PersonId | None, own: RecipientId | None
) -> frozenset[RecipientId]:
    if person is None:
        return frozenset()
    known = await services.people.recipients_of(person)
    return known | {own} if own else known


async def _interests(services: SharingServices, person: PersonId | None) -> frozenset[RecipientId]:
    if person is None:
        return frozenset()
    rows = await services.runtime.database.read(people.interests_of(person))
    return frozenset(RecipientId(row.recipient_id) for row in rows)


async def _delegation(
    services: SharingServices, principal: Principal, name: str, division: str
) -> Delegation | None:
    now = services.runtime.clock()
    rows = await services.runtime.database.read(people.delegations_to(principal.person_id, now))
    for row in rows:
        one = people.from_row(row)
        if one.covers(station=name, org_id=principal.org_id, division=division, now=now):
            return one
    return None


def _station(one: PolicyStation) -> Station:
    return Station(
        one.name, one.title, one.role, frozenset(one.org_kinds), one.min_level, one.article
    )


async def against(
    services: SharingServices, principal: Principal, request: DataRequest, name: str
) -> tuple[Problem, ...]:
    """Return why the caller may not take the station, for a page; empty if they may."""
    try:
        await authorize(services, principal, request, name)
    except DeniedError as error:
        return error.problems
    return ()
