"""Sign in with user name and password."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from identity.accounts.domain.account import Account, AccountState, is_dormant
from identity.accounts.store import accounts, events, sessions
from identity.accounts.store.events import DONE, REFUSED, SecurityEvent
from identity.accounts.usecases.check_password import Attempt, Checked, checked_password, wrong
from identity.accounts.usecases.new_session import SignedIn, make_session, store_session
from identity.accounts.usecases.services import AccountServices
from kernel.errors import DeniedError, XueyinError


async def sign_in(services: AccountServices, attempt: Attempt) -> SignedIn:
    """Return a fresh session; an earlier one of this browser is ended (no session fixation).

    Raises what checked_password raises, and DeniedError for a sealed account or an expired
    initial password (told only to who knows the password).
    """
    async with checked_password(services, attempt) as checked:
        outcome = await _open_session(services, attempt, checked)
    services.sessions.changed()
    if isinstance(outcome, XueyinError):
        raise outcome
    return outcome


async def _open_session(
    services: AccountServices, attempt: Attempt, checked: Checked
) -> SignedIn | XueyinError:
    runtime, seen = services.runtime, checked.account
    now = runtime.clock()
    renewed = (
        await services.hasher.hash(attempt.password)
        if services.hasher.is_outdated(seen.password_hash)
        else seen.password_hash
    )
    made = make_session(services, seen)

    def job(connection: Connection) -> SignedIn | XueyinError:
        refusal = _standing(connection, seen, now, services.policy.dormant_after)
        if refusal is None and not accounts.use(connection, seen, now, renewed):
            refusal = wrong()  # sealed or given a new password in this very moment
        event = SecurityEvent(
            "sign_in", DONE, now, seen.account_id, seen.person_id, attempt.address,
            {"session": made.session.session_id},
        )  # fmt: skip
        if refusal is not None:
            event = replace(event, result=REFUSED, detail={"reason": refusal.code})
        else:
            checked.forgive(connection, now)
            store_session(connection, attempt, made)
        events.append(connection, event, runtime.entropy)
        return made if refusal is None else refusal

    return await runtime.database.write(job)


def _standing(
    connection: Connection, seen: Account, now: datetime, dormant_after: timedelta
) -> XueyinError | None:
    """Return why this account may not sign in; a dormant one is sealed on the way."""
    if seen.state is AccountState.ACTIVE:
        if is_dormant(seen, now, dormant_after):
            accounts.set_state(
                connection, seen.account_id, AccountState.ACTIVE, AccountState.SEALED
            )
            sessions.end_all(connection, seen.account_id)
        elif seen.must_change and seen.initial_until is not None and now >= seen.initial_until:
            return DeniedError("初始密码已过期", rule="一次性初始密码", remedy="请向管理员重新领取")
        else:
            return None
    return DeniedError(
        "账号已封存", rule="《中小学生学籍管理办法》第二十四条", remedy="请向管理员申请启封"
    )
