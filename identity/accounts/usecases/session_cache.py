"""How is the caller of a request found without asking the database each time?

A session is believed for three seconds. Whatever changes accounts or sessions in this process
empties the cache at once; changes by another process are seen when an entry has aged.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from identity.accounts.domain.account import Account
from identity.accounts.domain.session import Session

BELIEVED = timedelta(seconds=3)
MOST = 4096


@dataclass(frozen=True, slots=True)
class Loaded:
    """A session and its account as read at a time."""

    session: Session
    account: Account
    at: datetime


@dataclass(slots=True)
class SessionCache:
    """Keyed by cookie hash. `stamp` moves with every change, so a slow read cannot bring back
    what was ended while it ran.
    """  # noqa: D205  one thought

    stamp: int = 0
    _entries: OrderedDict[bytes, Loaded] = field(default_factory=OrderedDict)

    def find(self, hashed: bytes, now: datetime) -> Loaded | None:
        """Return a fresh entry."""
        loaded = self._entries.get(hashed)
        if loaded is None or not timedelta(0) <= now - loaded.at < BELIEVED:
            return None
        return loaded

    def keep(self, hashed: bytes, loaded: Loaded, stamp: int) -> None:
        """Remember an entry that was read under the given stamp."""
        if stamp != self.stamp:
            return
        self._entries[hashed] = loaded
        self._entries.move_to_end(hashed)
        if len(self._entries) > MOST:
            self._entries.popitem(last=False)

    def changed(self) -> None:
        """Forget everything: an account or a session has changed."""
        self.stamp += 1
        self._entries.clear()
