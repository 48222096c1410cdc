"""Let a colleague of the same office take one's station for a while; the delegator answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection, Row

from kernel.errors import DeniedError, InvalidError, MissingError, Problem
from kernel.ids import PersonId, new_id
from kernel.principal import Principal, Role
from ledger.usecases.append import append
from sharing.approvals.usecases.take_station import check_reason
from sharing.requests.domain.area import contains
from sharing.requests.domain.identifier import is_identifier
from sharing.requests.store import people
from sharing.requests.store.tables import delegation
from sharing.requests.usecases.authorize import office, station
from sharing.requests.usecases.services import SharingServices

LONGEST = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who stands in, where, for which area and how long (start ≤ moment < end)."""

    station: str
    to_person: PersonId
    division: str
    start: datetime
    end: datetime
    reason: str


async def delegate_station(services: SharingServices, principal: Principal, asked: StandIn) -> str:
    """Return the delegation's id. Whoever holds the role may delegate it, not hand it on.

    Raises DeniedError for a stand-in (who holds no role of their own), InvalidError for one that
    is unbounded: over 90 days, beyond the own area, or to oneself.
    """
    principal.require(Role(station(services, asked.station).role))
    check_reason(asked.reason)
    seat = await office(services, principal.org_id)
    if seat is None:
        raise DeniedError("您的账号没有任职机构", rule="委托须在本机构内", remedy="请联系管理员")
    if faults := _faults(asked, principal, seat.division, services.runtime.clock()):
        raise InvalidError.of(faults)
    runtime = services.runtime
    identity, now, nonce = (
        new_id("dlg", runtime.entropy), runtime.clock(), runtime.entropy(16),
    )  # fmt: skip
    values = {
        "id": identity, "station": asked.station, "from_person": principal.person_id,
        "from_org": seat.org_id, "to_person": asked.to_person, "division": asked.division,
        "start": asked.start, "end": asked.end, "reason": asked.reason.strip(),
        "created_at": now, "ended_at": None,
    }  # fmt: skip
    entry = {
        "type": "delegation", "delegation": identity, "station": asked.station,
        "by": principal.person_id, "to": asked.to_person, "action": "begun",
    }  # fmt: skip

    def job(connection: Connection) -> None:
        connection.execute(delegation.insert().values(**values))
        append(connection, entry, at=now, nonce=nonce)

    await runtime.database.write(job)
    services.log.wake()
    return identity


async def end_delegation(
    services: SharingServices, principal: Principal, delegation_id: str
) -> None:
    """End one's own delegation at once; raises MissingError if there is none to end."""
    if not is_identifier(delegation_id):
        raise _missing()
    runtime = services.runtime
    now, nonce = runtime.clock(), runtime.entropy(16)
    entry = {
        "type": "delegation", "delegation": delegation_id, "by": principal.person_id,
        "action": "ended",
    }  # fmt: skip

    def job(connection: Connection) -> None:
        done = connection.execute(
            delegation.update()
            .where(
                delegation.c.id == delegation_id,
                delegation.c.from_person == principal.person_id,
                delegation.c.ended_at.is_(None),
            )
            .values(ended_at=now)
        )
        if done.rowcount != 1:
            raise _missing()
        append(connection, entry, at=now, nonce=nonce)

    await runtime.database.write(job)
    services.log.wake()


def _missing() -> MissingError:
    return MissingError("没有这份委托", field="delegation", remedy="请核对编号")


def _faults(asked: StandIn, principal: Principal, area: str, now: datetime) -> tuple[Problem, ...]:
    rule = "委托须有范围、有期限、有记录"
    checks = (
        (asked.to_person == principal.person_id, "to_person", "不能委托给本人"),
        (not is_identifier(asked.to_person), "to_person", "请填写受托人的人员编号"),
        (not contains(area, asked.division), "division", "委托的区域超出本机构的管辖区域"),
        (not asked.start < asked.end or asked.end <= now, "end", "起止时间有误"),
        (asked.end - asked.start > LONGEST, "end", f"委托最长 {LONGEST.days} 天"),
    )
    return tuple(Problem(message, name, rule, "请更正") for holds, name, message in checks if holds)


async def own_delegations(services: SharingServices, principal: Principal) -> list[Row[Any]]:
    """Return what the caller has handed to others, the newest first."""
    return list(await services.runtime.database.read(people.delegations_from(principal.person_id)))
