"""Is this the person's password? Counted before it is looked at, the same on every channel."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy.engine import Connection

from identity.accounts.domain.account import Account, normal_username
from identity.accounts.domain.limits import Limit, minutes_left
from identity.accounts.store import accounts, attempts, events, sessions
from identity.accounts.store.events import REFUSED, SecurityEvent
from identity.accounts.usecases.services import AccountServices
from kernel.errors import SignInRequiredError, TooManyError

LONGEST_USERNAME = 64
RULE = "登录失败处理（GB/T 22239-2019 8.1.4.1）"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the browser sends. The cookies are those of an earlier session and of the device."""

    username: str
    password: str
    address: str
    session_cookie: str | None = None
    device_cookie: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """The account whose password was given. The attempt still counts until it is forgiven."""

    account: Account
    own: bytes
    limits: Mapping[bytes, Limit]

    def forgive(self, connection: Connection, now: datetime) -> None:
        """Take the right attempt off the counts; what the account had against it is forgotten."""
        attempts.give_back(connection, self.limits, now)
        attempts.forget(connection, self.own)


@asynccontextmanager
async def checked_password(services: AccountServices, attempt: Attempt) -> AsyncIterator[Checked]:
    """Yield the account while one of the few places for hashing is held.

    The place is held until the caller has forgiven the attempt, so that a whole school behind one
    address never counts more right attempts at a time than there are places.
    Raises SignInRequiredError for a wrong name or password (never saying which), TooManyError
    while locked, UnavailableError when too many are waiting.
    """
    runtime = services.runtime
    username = normal_username(attempt.username)[:LONGEST_USERNAME]
    seen = accounts.one(await runtime.database.read(accounts.by_username(username)))
    own, limits = await _limits(services, attempt, username, seen)
    rows = await runtime.database.read(attempts.tallies(limits))
    _refuse_while_locked(attempts.locked_until(rows, runtime.clock()), runtime.clock())
    async with services.hasher.turn():
        now = runtime.clock()
        locked = await runtime.database.write(
            lambda connection: attempts.count(connection, limits, now)
        )
        _refuse_while_locked(locked, now)
        hashed = seen.password_hash if seen else services.hasher.nobody
        fits = await services.hasher.verify(attempt.password, hashed)
        if seen is None or not fits:
            await _record_failure(services, attempt, seen)
            raise wrong()
        yield Checked(seen, own, limits)


def wrong() -> SignInRequiredError:
    """Return the one refusal for an unknown name and for a wrong password."""
    return SignInRequiredError(
        "用户名或密码不正确", field="username", remedy="请检查后重试；忘记密码请联系学校或管理员"
    )


def network(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or the /64 that an IPv6 host commands."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((int(parsed), 64), strict=False))
    return str(parsed)


async def _limits(
    services: AccountServices, attempt: Attempt, username: str, seen: Account | None
) -> tuple[bytes, dict[bytes, Limit]]:
    """Return the account's own key and all limits that count.

    A browser known to this account is counted alone, whatever strangers are doing.
    """
    lockout, index = services.policy.lockout, services.runtime.keyring.index
    if attempt.device_cookie:
        # Asked for an unknown user as well: time must not tell who has an account.
        account_id = seen.account_id if seen else ""
        hashed = sessions.cookie_hash(attempt.device_cookie)
        if await services.runtime.database.read(sessions.known_device(account_id, hashed)):
            own = index("identity-attempt", f"device:{account_id}:{hashed.hex()}")
            return own, {own: lockout.device}
    own = index("identity-attempt", f"account:{username}")
    address = index("identity-attempt", f"address:{network(attempt.address)}")
    return own, {own: lockout.account, address: lockout.address}


async def _record_failure(
    services: AccountServices, attempt: Attempt, seen: Account | None
) -> None:
    runtime = services.runtime
    event = SecurityEvent(
        "sign_in", REFUSED, runtime.clock(), seen.account_id if seen else "",
        seen.person_id if seen else "", attempt.address, {"reason": "wrong"},
    )  # fmt: skip
    await runtime.database.write(
        lambda connection: events.append(connection, event, runtime.entropy)
    )


def _refuse_while_locked(until: datetime | None, now: datetime) -> None:
    if until is not None:
        raise TooManyError(
            "尝试次数过多，暂时不能登录", rule=RULE,
            remedy=f"请 {minutes_left(until, now)} 分钟后再试；曾经登录过的设备不受影响",
        )  # fmt: skip
