"""Stop everything, one app or one approval: one person pulls, two distinct persons lift."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection, Row

from kernel.errors import ConflictError, InvalidError, MissingError
from kernel.ids import new_id
from kernel.principal import Principal, Role
from ledger.usecases.append import append
from sharing.approvals.store import switches
from sharing.approvals.usecases.take_station import check_reason
from sharing.requests.domain.identifier import is_identifier
from sharing.requests.store.tables import switch
from sharing.requests.usecases.services import SharingServices

HOLDERS = (Role.ADMINISTRATOR, Role.APPROVER)


@dataclass(frozen=True, slots=True)
class Pull:
    """What to stop. `scope`: global (no target), client or approval (its id), and why."""

    scope: str
    target: str
    reason: str


async def pull_switch(services: SharingServices, principal: Principal, pull: Pull) -> str:
    """Return the switch's id; it stops releases from now on, also those that are under way."""
    principal.require(*HOLDERS)
    check_reason(pull.reason)
    named = pull.scope in (switches.CLIENT, switches.APPROVAL)
    if pull.scope not in (switches.GLOBAL, switches.CLIENT, switches.APPROVAL) or (
        named != is_identifier(pull.target) or (not named and pull.target)
    ):
        raise InvalidError(
            "请选择停止的范围", field="target", rule="全部，或者一个应用、一个批准",
            remedy="停止一个应用或批准时，填写它的完整编号",
        )  # fmt: skip
    runtime = services.runtime
    identity, now, nonce = new_id("switch", runtime.entropy), runtime.clock(), runtime.entropy(16)
    values = {
        "id": identity, "scope": pull.scope, "target": pull.target, "reason": pull.reason.strip(),
        "pulled_by": principal.person_id, "pulled_name": principal.display_name, "pulled_at": now,
    }  # fmt: skip

    def job(connection: Connection) -> None:
        connection.execute(switch.insert().values(**values))
        append(connection, _entry(values, "pulled", principal), at=now, nonce=nonce)

    await runtime.database.write(job)
    services.log.wake()
    return identity


async def lift_switch(services: SharingServices, principal: Principal, switch_id: str) -> bool:
    """Take one of the two steps that lift a switch; return whether it is lifted now.

    Raises ConflictError if the caller took the first step, or it is lifted already.
    """
    principal.require(*HOLDERS)
    runtime = services.runtime
    now, nonce = runtime.clock(), runtime.entropy(16)
    known = is_identifier(switch_id)
    rows = await runtime.database.read(switches.by_id(switch_id)) if known else ()
    if not rows:
        raise MissingError("没有这个停止记录", field="switch", remedy="请核对编号")
    target = {"id": switch_id, "scope": rows[0].scope, "target": rows[0].target}
    by, name = principal.person_id, principal.display_name

    def job(connection: Connection) -> bool:
        if switches.lift_first(connection, switch_id, by=by, name=name, at=now):
            append(connection, _entry(target, "first_lift", principal), at=now, nonce=nonce)
            return False
        if switches.lift_second(connection, switch_id, by=by, name=name, at=now):
            append(connection, _entry(target, "lifted", principal), at=now, nonce=nonce)
            return True
        raise ConflictError(
            "须由另一个人办理第二步，或者已经恢复", field="switch", rule="一人可停，两人方可恢复",
            remedy="请由另一位管理员或批准人确认",
        )  # fmt: skip

    lifted = await runtime.database.write(job)
    services.log.wake()
    return lifted


async def list_switches(services: SharingServices, principal: Principal) -> list[Row[Any]]:
    """Return all switches: those still pulled first, then the newest."""
    principal.require(*HOLDERS)
    return list(await services.runtime.database.read(switches.latest()))


def _entry(values: dict[str, Any], action: str, principal: Principal) -> dict[str, Any]:
    return {
        "type": "switch", "switch": values["id"], "scope": values["scope"],
        "target": values["target"], "action": action, "by": principal.person_id,
    }  # fmt: skip
