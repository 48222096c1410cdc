"""Change one's own password: the old one is asked, counted like a sign-in; all sessions end."""

from dataclasses import dataclass, replace

from sqlalchemy.engine import Connection

from identity.accounts.domain.account import Account
from identity.accounts.domain.password import problems
from identity.accounts.store import accounts, events, sessions
from identity.accounts.store.events import DONE, SecurityEvent
from identity.accounts.usecases.check_password import Attempt, Checked, checked_password
from identity.accounts.usecases.load_session import Identity
from identity.accounts.usecases.new_session import SignedIn, make_session, store_session
from identity.accounts.usecases.services import AccountServices
from kernel.errors import ConflictError, InvalidError, Problem


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """The form, and what the browser holds."""

    old: str
    new: str
    again: str
    address: str
    session_cookie: str | None = None
    device_cookie: str | None = None


async def change_password(
    services: AccountServices, identity: Identity, change: PasswordChange
) -> SignedIn:
    """Return the fresh session that follows the change; every other session has ended.

    The old password counts like one at sign-in: a stolen session is no free place to guess it.
    Raises what checked_password raises, InvalidError with every rule that the new password
    breaks, ConflictError if the password changed in between.
    """
    attempt = Attempt(
        identity.account.username, change.old, change.address,
        change.session_cookie, change.device_cookie,
    )  # fmt: skip
    async with checked_password(services, attempt) as checked:
        found = await _problems(services, checked.account, change)
        if found:
            now = services.runtime.clock()
            await services.runtime.database.write(lambda held: checked.forgive(held, now))
            raise InvalidError.of(found)
        made = await _store(services, attempt, checked, await services.hasher.hash(change.new))
    services.sessions.changed()
    if made is None:
        raise ConflictError("密码刚刚被改过", remedy="请重新登录")
    return made


async def _problems(
    services: AccountServices, account: Account, change: PasswordChange
) -> tuple[Problem, ...]:
    profile = services.policy.passwords(account.roles)
    found = problems(change.new, profile, (account.username, account.display_name))
    if change.new != change.again:
        found += (Problem("两次输入的新密码不一致", "again", "", "请重新输入"),)
    earlier = (account.password_hash, *account.former_hashes)[: profile.remembered]
    if await services.hasher.fits_any(change.new, earlier):
        found += (
            Problem(
                f"新密码不能与最近 {profile.remembered} 次的密码相同", "new_password",
                f"口令策略 {profile.name}", "请换一个密码",
            ),
        )  # fmt: skip
    return found


async def _store(
    services: AccountServices, attempt: Attempt, checked: Checked, hashed: str
) -> SignedIn | None:
    runtime, now, seen = services.runtime, services.runtime.clock(), checked.account
    remembered = services.policy.passwords(seen.roles).remembered
    changed = replace(
        seen, password_hash=hashed, password_set_at=now, must_change=False, initial_until=None,
        former_hashes=(seen.password_hash, *seen.former_hashes)[:remembered],
    )  # fmt: skip
    made = make_session(services, changed)

    def job(connection: Connection) -> SignedIn | None:
        if not accounts.set_password(connection, seen, changed):
            return None
        checked.forgive(connection, now)
        sessions.end_all(connection, seen.account_id)
        store_session(connection, attempt, made)
        event = SecurityEvent(
            "password", DONE, now, seen.account_id, seen.person_id, attempt.address
        )
        events.append(connection, event, runtime.entropy)
        return made

    return await runtime.database.write(job)
