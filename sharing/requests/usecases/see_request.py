"""Which data requests may a caller see? To anybody else they do not exist."""

from dataclasses import dataclass

from kernel.errors import DeniedError, MissingError
from kernel.ids import DataRequestId
from kernel.principal import Principal, Role
from sharing.requests.domain.identifier import is_identifier
from sharing.requests.domain.request_state import State
from sharing.requests.store import people, requests
from sharing.requests.store.requests import DataRequest
from sharing.requests.usecases.authorize import Standing, admit, office, station
from sharing.requests.usecases.draft_request import applicant_of
from sharing.requests.usecases.services import SharingServices

SUBMITTED = tuple(state for state in State if state is not State.DRAFT)


@dataclass(frozen=True, slots=True)
class Seen:
    """A data request before a station's eyes."""

    request: DataRequest
    standing: Standing


async def own_request(
    services: SharingServices, principal: Principal, request_id: DataRequestId
) -> DataRequest:
    """Return a data request of the caller's own organisation; raises MissingError for others'."""
    recipient_id = applicant_of(principal)
    request = await load(services, request_id)
    if request.recipient_id != recipient_id:
        raise missing()
    return request


async def own_requests(services: SharingServices, principal: Principal) -> list[DataRequest]:
    """Return those of the caller's own organisation, the newest first."""
    rows = await services.runtime.database.read(requests.of_recipient(applicant_of(principal)))
    return [requests.from_row(row) for row in rows]


async def station_request(
    services: SharingServices, principal: Principal, request_id: DataRequestId, name: str
) -> Seen:
    """Return a submitted data request of the caller's area; raises MissingError for others."""
    await _enter(services, principal, name)
    request = await load(services, request_id)
    if request.submitted_at is None:
        raise missing()
    try:
        standing = await admit(services, principal, name, request.division)
    except DeniedError:
        raise missing() from None
    return Seen(request, standing)


async def inbox(
    services: SharingServices, principal: Principal, name: str, states: tuple[State, ...]
) -> list[DataRequest]:
    """Return the submitted data requests of the caller's area in those states, oldest first."""
    await _enter(services, principal, name)
    seat = await office(services, principal.org_id)
    if seat is None or seat.kind == "school":
        return []
    area = None if seat.level == "central" else seat.division
    rows = await services.runtime.database.read(requests.in_area(area, states))
    return [requests.from_row(row) for row in rows]


async def load(services: SharingServices, request_id: DataRequestId) -> DataRequest:
    """Return the data request whoever asks: only for use cases that check by themselves."""
    if not is_identifier(request_id):
        raise missing()
    rows = await services.runtime.database.read(requests.by_id(request_id))
    if not rows:
        raise missing()
    return requests.from_row(rows[0])


def missing() -> MissingError:
    """Return the refusal for what is not there, or not there for the caller."""
    return MissingError("没有这份申请", field="data_request", remedy="请核对编号")


async def _enter(services: SharingServices, principal: Principal, name: str) -> None:
    """Raise DeniedError unless the caller takes that station somewhere, or stands in for it."""
    role = Role(station(services, name).role)
    if role in principal.roles:
        return
    now = services.runtime.clock()
    rows = await services.runtime.database.read(people.delegations_to(principal.person_id, now))
    if not any(row.station == name for row in rows):
        principal.require(role)


def expect_version(request: DataRequest, version: str) -> None:
    """Raise ConflictError unless the caller acts on the version that they were shown."""
    if version != str(request.version):
        raise requests.changed()
