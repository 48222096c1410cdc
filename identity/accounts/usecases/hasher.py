"""How are passwords hashed without stopping everything else?

Argon2id (RFC 9106) costs tens of milliseconds by design: it runs in a few threads behind a
bounded queue, so that a wave of sign-ins waits and never starves tokens and pages.
"""

import asyncio
import unicodedata
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pwdlib.hashers.argon2 import Argon2Hasher

from kernel.errors import UnavailableError

LONGEST_PASSWORD = 1024


@dataclass(frozen=True, slots=True)
class HashSettings:
    """Argon2id parameters and how many may run and wait. Defaults: OWASP, 19 MiB, t=2, p=1."""

    memory_kib: int = 19_456
    passes: int = 2
    at_once: int = 2
    waiting: int = 64


class PasswordHasher:
    """Hashes and checks passwords off the event loop."""

    def __init__(self, settings: HashSettings) -> None:
        self._settings = settings
        self._argon2 = Argon2Hasher(
            time_cost=settings.passes, memory_cost=settings.memory_kib, parallelism=1
        )
        self._threads = ThreadPoolExecutor(settings.at_once, thread_name_prefix="argon2")
        self._inside = 0
        self._turns: tuple[asyncio.AbstractEventLoop, asyncio.Semaphore] | None = None
        self.nobody = self._argon2.hash("nobody has this password")
        """Checked for unknown users, so that they take as long as known ones."""

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for one of the few places; raises UnavailableError at once if too many wait."""
        if self._inside >= self._settings.at_once + self._settings.waiting:
            raise UnavailableError("登录的人太多，请稍候", remedy="请过几秒再试")
        self._inside += 1
        try:
            async with self._semaphore():
                yield
        finally:
            self._inside -= 1

    async def verify(self, password: str, hashed: str) -> bool:
        """Tell whether the password fits the hash."""
        text = _normal(password)
        loop = asyncio.get_running_loop()
        fits = await loop.run_in_executor(self._threads, self._argon2.verify, text, hashed)
        return fits and bool(text)

    async def fits_any(self, password: str, hashes: tuple[str, ...]) -> bool:
        """Tell whether the password fits one of the hashes."""
        return any([await self.verify(password, hashed) for hashed in hashes])

    async def hash(self, password: str) -> str:
        """Return the encoded Argon2id hash with a fresh salt."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._argon2.hash, _normal(password))

    def is_outdated(self, hashed: str) -> bool:
        """Tell whether the hash was made with other parameters than today's."""
        return self._argon2.check_needs_rehash(hashed)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown()

    def _semaphore(self) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        if self._turns is None or self._turns[0] is not loop:
            self._turns = (loop, asyncio.Semaphore(self._settings.at_once))
        return self._turns[1]


def _normal(password: str) -> str:
    """Return the NFC form (two keyboards may spell one character differently); "" if absurd."""
    return "" if len(password) > LONGEST_PASSWORD else unicodedata.normalize("NFC", password)
