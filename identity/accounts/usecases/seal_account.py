"""Seal an account, lift a seal, and seal what has slept for half a year."""

from collections.abc import Callable

from sqlalchemy.engine import Connection

from identity.accounts.domain.account import Account, AccountState
from identity.accounts.domain.separation import RULE, creation_problems
from identity.accounts.store import accounts, sessions
from identity.accounts.usecases.issued import record
from identity.accounts.usecases.services import AccountServices
from kernel.errors import ConflictError, DeniedError, MissingError, XueyinError
from kernel.ids import AccountId
from kernel.principal import Principal, Role


async def seal_account(
    services: AccountServices, principal: Principal, account_id: AccountId
) -> None:
    """Seal a staff account; its sessions end at once.

    Raises DeniedError unless the caller is an administrator and another person, and for the last
    active administrator; MissingError, ConflictError if it is sealed already.
    """
    account = await _staff_account(services, principal, account_id)

    def job(connection: Connection) -> XueyinError | None:
        if Role.ADMINISTRATOR in account.roles and accounts.active_administrators(connection) < 2:  # noqa: PLR2004  one must remain
            return DeniedError(
                "不能封存最后一个管理员", rule=RULE, remedy="请先建立另一个管理员账号"
            )
        if not accounts.set_state(connection, account_id, AccountState.ACTIVE, AccountState.SEALED):
            return ConflictError("账号已经封存", remedy="请刷新列表")
        sessions.end_all(connection, account_id)
        record(connection, services, "account_sealed", account, principal)
        return None

    await _apply(services, job)


async def unseal_account(
    services: AccountServices, principal: Principal, account_id: AccountId
) -> None:
    """Lift the seal of a staff account; it sleeps anew from now. Raises as seal_account does."""
    account = await _staff_account(services, principal, account_id)

    def job(connection: Connection) -> XueyinError | None:
        if not accounts.unseal(connection, account_id, services.runtime.clock()):
            return ConflictError("账号没有封存", remedy="请刷新列表")
        record(connection, services, "account_unsealed", account, principal)
        return None

    await _apply(services, job)


async def seal_dormant(services: AccountServices) -> int:
    """Seal every account that was not used for half a year; return how many (a timer runs it)."""
    before = services.runtime.clock() - services.policy.dormant_after

    def job(connection: Connection) -> int:
        sealed = 0
        for account in accounts.dormant(connection, before):
            accounts.set_state(
                connection, account.account_id, AccountState.ACTIVE, AccountState.SEALED
            )
            sessions.end_all(connection, account.account_id)
            record(connection, services, "account_sealed", account, None)
            sealed += 1
        return sealed

    sealed = await services.runtime.database.write(job)
    services.sessions.changed()
    return sealed


async def _staff_account(
    services: AccountServices, principal: Principal, account_id: AccountId
) -> Account:
    principal.require(Role.ADMINISTRATOR)
    account = accounts.one(await services.runtime.database.read(accounts.by_id(account_id)))
    if account is None or account.student_id is not None:
        raise MissingError("没有这个账号", remedy="请核对账号")
    own = creation_problems(principal, account.person_id)
    if own:
        raise DeniedError.of(own)
    return account


async def _apply(
    services: AccountServices, job: Callable[[Connection], XueyinError | None]
) -> None:
    refusal = await services.runtime.database.write(job)
    services.sessions.changed()
    if refusal is not None:
        raise refusal
