"""What need not be read from the database for each token: clients, keys, verified tokens.

A counter in the database is raised with each change and looked at once a second at most, so
another process sees a change within a second; this process, which calls `forget`, at once.
"""

import hashlib
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import TypeVar

from identity.provider.domain.access_token import AccessToken, verify
from identity.provider.domain.client import Client
from identity.provider.domain.keys import KeyState, ProviderKeys
from identity.provider.domain.signing import TokenSigner
from identity.provider.store import clients, keys
from identity.provider.store.stamps import select_stamps
from kernel.runtime import Runtime

K = TypeVar("K")
V = TypeVar("V")

LOOK_EVERY = timedelta(seconds=1)
MOST_ENTRIES = 10_000


class ProviderCache:
    """Clients and keys as of at most a second ago. Nothing unknown is remembered."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._stamps: dict[str, int] | None = None
        self._looked: datetime | None = None
        self._generation = 0
        self._clients: OrderedDict[str, Client] = OrderedDict()
        self._keys: ProviderKeys | None = None
        self._tokens: OrderedDict[bytes, AccessToken] = OrderedDict()

    def forget(self) -> None:
        """Read everything anew: called after this process changed a client or a key."""
        self._generation += 1
        self._stamps = self._looked = self._keys = None
        self._clients.clear()
        self._tokens.clear()

    async def client(self, client_id: str) -> Client | None:
        """Return a client, active or not, or None if there is none."""
        if not client_id.isprintable():  # PostgreSQL refuses even to look for a NUL
            return None
        await self._look()
        if client_id in self._clients:
            return self._clients[client_id]
        generation = self._generation
        rows = await self._runtime.database.read(clients.select_client(client_id))
        if not rows:
            return None
        found = clients.client_of(rows[0])
        if generation == self._generation:
            _remember(self._clients, client_id, found)
        return found

    async def keys(self) -> ProviderKeys:
        """Return the keys of the moment."""
        await self._look()
        if self._keys is not None:
            return self._keys
        generation = self._generation
        rows = await self._runtime.database.read(keys.select_published())
        stored = tuple(keys.key_of(row) for row in rows)
        signers = tuple(
            TokenSigner(key.kid, key.algorithm, keys.private_half(self._runtime.keyring, key))
            for key in stored
            if key.state is KeyState.ACTIVE
        )
        found = ProviderKeys(signers, stored)
        if generation == self._generation:
            self._keys = found
        return found

    async def access_token(self, token: str, *, issuer: str, audience: str) -> AccessToken:
        """Return the facts of an access token; the signature is checked once, the expiry always.

        Raises TokenRejectedError. Whether its family still lives is not asked here.
        """
        known = await self.keys()
        now = self._runtime.clock().timestamp()
        digest = hashlib.sha256(f"{audience}\0{token}".encode()).digest()
        found = self._tokens.get(digest)
        if found is not None and found.expires > now:
            return found
        found = verify(token, known, issuer=issuer, audience=audience, now=now)
        _remember(self._tokens, digest, found)
        return found

    async def _look(self) -> None:
        now = self._runtime.clock()
        if self._looked is not None and timedelta(0) <= now - self._looked < LOOK_EVERY:
            return
        rows = await self._runtime.database.read(select_stamps())
        stamps = {row.name: row.version for row in rows}
        if self._stamps is not None and stamps != self._stamps:
            self.forget()
        self._stamps, self._looked = stamps, now


def _remember(entries: OrderedDict[K, V], key: K, value: V) -> None:
    entries[key] = value
    if len(entries) > MOST_ENTRIES:
        entries.popitem(last=False)
