"""How are data requests read, listed and moved from state to state?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from kernel.errors import ConflictError
from kernel.ids import AccountId, ClientId, DataRequestId, PersonId, RecipientId
from sharing.requests.domain.area import significant
from sharing.requests.domain.request_state import TRANSITIONS, State, Step
from sharing.requests.domain.scope import Scope
from sharing.requests.domain.scope_document import parse_scope
from sharing.requests.store.tables import data_request, request_event, station_decision

MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class DataRequest:
    """A row. `scope` is None until the request was submitted for the first time."""

    id: DataRequestId
    client_id: ClientId
    recipient_id: RecipientId
    state: State
    round: int
    version: int
    applicant_person: PersonId
    applicant_account: AccountId
    applicant_name: str
    form: Mapping[str, Any]
    scope: Scope | None
    division: str
    justifications: Mapping[str, str]
    agreement_digest: str
    assessment_digest: str
    document_digest: str
    policy_digest: str
    preview_digest: str
    plan_digest: str
    created_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Who:
    """Whose name stands in the history."""

    person_id: PersonId
    name: str
    reason: str = ""


def from_row(row: Row[Any]) -> DataRequest:
    """Return the data request of a row."""
    values = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for a row as mapping
    values["state"] = State(values["state"])
    values["scope"] = None if values["scope"] is None else parse_scope(values["scope"])
    return DataRequest(**values)


def by_id(request_id: str) -> sa.Select[Any]:
    """Select one data request."""
    return sa.select(data_request).where(data_request.c.id == request_id)


def of_recipient(recipient_id: str) -> sa.Select[Any]:
    """Select the data requests of a recipient, the newest first."""
    return (
        sa.select(data_request)
        .where(data_request.c.recipient_id == recipient_id)
        .order_by(data_request.c.created_at.desc(), data_request.c.id)
        .limit(MOST_LISTED)
    )


def in_area(area: str | None, states: Iterable[State]) -> sa.Select[Any]:
    """Select submitted data requests for pupils of an area (None: anywhere), the oldest first."""
    statement = (
        sa.select(data_request)
        .where(
            data_request.c.state.in_([state.value for state in states]),
            data_request.c.submitted_at.is_not(None),
        )
        .order_by(data_request.c.submitted_at, data_request.c.id)
        .limit(MOST_LISTED)
    )
    if area is None:
        return statement
    return statement.where(data_request.c.division.startswith(significant(area), autoescape=True))


def insert(connection: Connection, values: Mapping[str, Any]) -> None:
    """Add a draft."""
    connection.execute(data_request.insert().values(**values))


def move(
    connection: Connection,
    request: DataRequest,
    step: Step,
    who: Who,
    at: datetime,
    **values: Any,  # noqa: ANN401  columns
) -> State:
    """Take the step if the row is still what `request` shows, and write it into the history.

    Raises ConflictError if another change came first: nothing is written.
    """
    following = TRANSITIONS[request.state, step]
    done = connection.execute(
        data_request.update()
        .where(
            data_request.c.id == request.id,
            data_request.c.version == request.version,
            data_request.c.state == request.state.value,
        )
        .values(state=following.value, version=request.version + 1, **values)
    )
    if done.rowcount != 1:
        raise changed()
    connection.execute(
        request_event.insert().values(
            data_request_id=request.id, version=request.version, step=step.value,
            person_id=who.person_id, person_name=who.name, reason=who.reason, at=at,
        )
    )  # fmt: skip
    return following


def amend(connection: Connection, request: DataRequest, **values: Any) -> None:  # noqa: ANN401
    """Change columns without a step; raises ConflictError if another change came first."""
    done = connection.execute(
        data_request.update()
        .where(
            data_request.c.id == request.id,
            data_request.c.version == request.version,
            data_request.c.state == request.state.value,
        )
        .values(version=request.version + 1, **values)
    )
    if done.rowcount != 1:
        raise changed()


def changed() -> ConflictError:
    """Return the refusal for who acts on what is no longer so."""
    return ConflictError(
        "申请已被他人办理或修改", field="version", rule="一次一变，先到先得",
        remedy="请刷新页面，核对最新内容后再办理",
    )  # fmt: skip


def decide_station(connection: Connection, values: Mapping[str, Any]) -> None:
    """Record a station's decision of this round; raises ConflictError if there is one."""
    try:
        with connection.begin_nested():
            connection.execute(station_decision.insert().values(**values))
    except sa.exc.IntegrityError:
        raise changed() from None


def history(request_id: str) -> sa.Select[Any]:
    """Select the steps taken, the first first."""
    return (
        sa.select(request_event)
        .where(request_event.c.data_request_id == request_id)
        .order_by(request_event.c.version, request_event.c.at)
    )


def stations(request_id: str, round_: int | None = None) -> sa.Select[Any]:
    """Select the station decisions of a round, or of all rounds."""
    statement = (
        sa.select(station_decision)
        .where(station_decision.c.data_request_id == request_id)
        .order_by(station_decision.c.at, station_decision.c.round)
    )
    return statement if round_ is None else statement.where(station_decision.c.round == round_)
