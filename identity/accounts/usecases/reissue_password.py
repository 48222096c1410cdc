"""Somebody has forgotten the password: hand out a new one-time password."""

from dataclasses import replace

from sqlalchemy.engine import Connection

from identity.accounts.domain.account import Account
from identity.accounts.domain.password import initial_password
from identity.accounts.domain.separation import creation_problems
from identity.accounts.store import accounts, sessions
from identity.accounts.usecases.issued import Issued, record
from identity.accounts.usecases.services import AccountServices
from kernel.errors import ConflictError, DeniedError, MissingError
from kernel.ids import AccountId
from kernel.principal import Principal, Role


async def reissue_password(
    services: AccountServices, principal: Principal, account_id: AccountId
) -> Issued:
    """Return the new one-time password; every session of the account has ended.

    Administrators do it for staff (never for their own person), registrars for pupils of their
    own school. Raises DeniedError, MissingError (also for an account of elsewhere), ConflictError.
    """
    seen = await _within_reach(services, principal, account_id)
    password = initial_password(services.runtime.entropy)
    async with services.hasher.turn():
        hashed = await services.hasher.hash(password)
    now = services.runtime.clock()
    changed = replace(
        seen, password_hash=hashed, password_set_at=now, must_change=True,
        initial_until=now + services.policy.initial_password_life,
    )  # fmt: skip

    def job(connection: Connection) -> bool:
        if not accounts.set_password(connection, seen, changed):
            return False
        sessions.end_all(connection, account_id)
        record(connection, services, "password_reissued", changed, principal)
        return True

    done = await services.runtime.database.write(job)
    services.sessions.changed()
    if not done:
        raise ConflictError("密码刚刚被改过", remedy="请重新操作")
    return Issued(changed, password)


async def _within_reach(
    services: AccountServices, principal: Principal, account_id: AccountId
) -> Account:
    principal.require(Role.ADMINISTRATOR, Role.REGISTRAR)
    account = accounts.one(await services.runtime.database.read(accounts.by_id(account_id)))
    missing = MissingError("没有这个账号", remedy="请核对账号")
    if account is None:
        raise missing
    if account.student_id is not None:
        may = Role.REGISTRAR in principal.roles and await services.directory.is_own_pupil(
            principal, account.student_id
        )
    else:
        may = Role.ADMINISTRATOR in principal.roles
    if not may:
        raise missing
    own = creation_problems(principal, account.person_id)
    if own:
        raise DeniedError.of(own)
    return account
