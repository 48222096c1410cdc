"""Revoke a signing key, for good."""

from sqlalchemy.engine import Connection

from identity.accounts.store import events, keys
from identity.accounts.store.events import DONE, SecurityEvent
from identity.accounts.usecases.services import AccountServices
from kernel.errors import ConflictError, MissingError
from kernel.principal import Principal, Role


async def revoke_key(services: AccountServices, principal: Principal, key_id: str) -> None:
    """Revoke the key from this moment on; what it signed before stands.

    The holder may, and any administrator. Raises DeniedError, MissingError (also for somebody
    else's key), ConflictError if it is revoked already.
    """
    principal.require(Role.APPROVER, Role.ADMINISTRATOR)
    runtime, now = services.runtime, services.runtime.clock()
    rows = await runtime.database.read(keys.by_id(key_id))
    own = bool(rows) and rows[0].person_id == principal.person_id
    if not rows or not (own or Role.ADMINISTRATOR in principal.roles):
        raise MissingError("没有这把密钥", remedy="请核对密钥编号")

    def job(connection: Connection) -> bool:
        if not keys.revoke(connection, key_id, now, principal.person_id):
            return False
        event = SecurityEvent(
            "key_revoked", DONE, now, principal.account_id, principal.person_id, "",
            {"key": key_id, "holder": rows[0].person_id},
        )  # fmt: skip
        events.append(connection, event, runtime.entropy)
        return True

    if not await runtime.database.write(job):
        raise ConflictError("这把密钥已经吊销", remedy="请刷新页面")
