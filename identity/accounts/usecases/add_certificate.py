"""Take in a certificate that the holder of the root key has made."""

from sqlalchemy.engine import Connection

from identity.accounts.domain import certificate
from identity.accounts.domain.certificate import Certificate
from identity.accounts.store import events, keys
from identity.accounts.store.events import DONE, SecurityEvent
from identity.accounts.usecases.issued import OPERATOR
from identity.accounts.usecases.services import AccountServices
from kernel.errors import ConflictError, DeniedError, UnavailableError
from kernel.principal import Principal, Role


async def add_certificate(
    services: AccountServices, text: str, *, by: Principal | None = None
) -> Certificate:
    """Return the stored certificate. It proves itself by the root's signature, so the command
    line (`by=None`) and the approver alike may bring it.

    Raises InvalidError unless the root key signed it, DeniedError if an approver brings somebody
    else's, ConflictError for a revoked key or a renewal that leaves out some of the old one,
    UnavailableError without a root key in the settings.
    """  # noqa: D205  one thought
    if services.approver_root is None:
        raise UnavailableError("没有设置批准机关根公钥", remedy="请运维设置 XUEYIN_APPROVER_ROOT")
    if by is not None:
        by.require(Role.APPROVER)
    certified = certificate.parse(text, services.approver_root)
    if by is not None and certified.person_id != by.person_id:
        raise DeniedError("这不是您本人的密钥证书", rule="一钥一人", remedy="请提交本人的证书")
    runtime, now = services.runtime, services.runtime.clock()

    def job(connection: Connection) -> bool:
        if not keys.certify(connection, certified, now):
            return False
        event = SecurityEvent(
            "key_certified", DONE, now, by.account_id if by else OPERATOR, certified.person_id,
            "", {"key": certified.key.key_id},
        )  # fmt: skip
        events.append(connection, event, runtime.entropy)
        return True

    if not await runtime.database.write(job):
        raise ConflictError("这把密钥已吊销", rule="吊销不可撤回", remedy="请登记新的密钥")
    return certified
