"""How many wrong passwords are too many? A count per key in a fixed window, then a short lock.

An attempt is counted before the password is looked at (so that parallel guesses cannot all slip
through) and given back when the password was right.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `attempts` within `window`; then nothing for `lock`, counted from the last one.

    No `lock` may pass 15 minutes: a stranger must not be able to shut somebody out for longer.
    """

    attempts: int
    window: timedelta
    lock: timedelta

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.lock > timedelta(minutes=15):
            raise ValueError("a limit allows an attempt and locks for 15 minutes at most")


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted under one key: how many since when, and until when the key is locked."""

    count: int
    since: datetime
    locked_until: datetime | None = None

    def is_locked(self, now: datetime) -> bool:
        """Tell whether nothing is evaluated at this moment."""
        return self.locked_until is not None and now < self.locked_until


def count(tally: Tally | None, limit: Limit, now: datetime) -> Tally:
    """Return the tally with one more attempt; the last permitted one locks the key at once.

    The tally must not be locked: the caller refuses before.
    """
    if tally is None or tally.locked_until is not None or now - tally.since >= limit.window:
        tally = Tally(0, now)
    counted = replace(tally, count=tally.count + 1)
    if counted.count >= limit.attempts:
        return replace(counted, locked_until=now + limit.lock)
    return counted


def give_back(tally: Tally, limit: Limit) -> Tally:
    """Return the tally without the attempt that turned out right; unlocks if it had locked."""
    fewer = max(tally.count - 1, 0)
    return replace(
        tally,
        count=fewer,
        locked_until=tally.locked_until if fewer >= limit.attempts else None,
    )


@dataclass(frozen=True, slots=True)
class Lockout:
    """The three counts of a sign-in.

    A browser that has signed in to the account before is counted by itself only, so its owner
    gets in while strangers are locked out; everybody else counts on the account (known or not)
    and on the network address. Source: OWASP, Slow Down Online Guessing with Device Cookies;
    GB/T 22239-2019 8.1.4.1 b; ASVS 5.0 V6.3.1.
    """

    account: Limit = Limit(5, timedelta(minutes=15), timedelta(minutes=15))
    device: Limit = Limit(5, timedelta(minutes=15), timedelta(minutes=15))
    address: Limit = Limit(25, timedelta(minutes=15), timedelta(minutes=15))


def minutes_left(until: datetime, now: datetime) -> int:
    """Return the whole minutes to wait, rounded up."""
    return max(1, -((now - until) // timedelta(minutes=1)))
