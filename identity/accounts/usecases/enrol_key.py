"""An approver enrols a signing key: the public half with proof that they hold the private one."""

from sqlalchemy.engine import Connection

from identity.accounts.domain import key_request
from identity.accounts.domain.key_request import KeyRequest
from identity.accounts.store import events, keys
from identity.accounts.store.events import DONE, SecurityEvent
from identity.accounts.usecases.services import AccountServices
from kernel.errors import DeniedError
from kernel.principal import Principal, Role


async def enrol_key(services: AccountServices, principal: Principal, request: str) -> KeyRequest:
    """Keep the key request for the holder of the root key to certify; until then it signs nothing.

    Raises DeniedError unless the caller is an approver and the request names their own person and
    office, InvalidError for a request whose proof fails, ConflictError for a known key.
    """
    principal.require(Role.APPROVER)
    asked = key_request.parse(request)
    if (asked.person_id, asked.org_id) != (principal.person_id, principal.org_id):
        raise DeniedError("申请中的人员或机构不是您本人", rule="一钥一人", remedy="请重新生成申请")
    runtime, now = services.runtime, services.runtime.clock()

    def job(connection: Connection) -> None:
        keys.insert(connection, asked, now)
        event = SecurityEvent(
            "key_enrolled", DONE, now, principal.account_id, principal.person_id, "",
            {"key": asked.key.key_id},
        )  # fmt: skip
        events.append(connection, event, runtime.entropy)

    await runtime.database.write(job)
    return asked
