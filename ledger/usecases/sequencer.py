"""Seal what was appended: the one task that assigns places, signs, publishes and wakes waiters."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from kernel.errors import UnavailableError, XueyinError
from kernel.runtime import Runtime
from ledger.domain.frontier import Frontier
from ledger.domain.note import Signer
from ledger.domain.receipt import Receipt
from ledger.store import rows
from ledger.store.files import TileFiles
from ledger.usecases import proofs
from ledger.usecases.rebuild import rebuild
from ledger.usecases.seal import LogError, Sealed, seal, supersede

LINGER_SECONDS = 0.005
"""How long a waiter waits for company."""
GATHER_SECONDS = 0.25
"""How long entries gather when nobody waits for a receipt."""
POLL_SECONDS = 1.0
"""How often entries of other processes are looked for."""
MOST_BEHIND_SECONDS = 5.0
"""The log counts as unwritable when an entry has waited longer (design section 4)."""
FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 0.05, 2.0
STOP_SECONDS = 5.0

_NOTHING_LEFT = "数据没有发出，请稍后重试"

_Answer = Receipt | XueyinError

log = structlog.get_logger("ledger")


@dataclass(frozen=True, slots=True)
class LogHealth:
    """Whether data may leave. `reason` is Chinese, empty when writable; the age is monotonic."""

    writable: bool
    reason: str
    size: int
    oldest_unsealed_seconds: float


class Sequencer:
    """Runs on the event loop of its process. Several processes may each have one (PostgreSQL)."""

    def __init__(
        self,
        runtime: Runtime,
        signer: Signer | None,
        directory: Path,
        origin: str,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Without a signer nothing is sealed and the log is not writable, but nothing is lost."""
        if signer is not None and signer.name != origin:
            raise LogError(f"the log key is named {signer.name}, the log {origin}")
        self._runtime = runtime
        self._signer = signer
        self._files = TileFiles(directory)
        self._monotonic = monotonic
        self._log = Sealed(Frontier())
        """What is sealed; its `files` are those not yet published."""
        self._work = asyncio.Event()
        self._urgent = asyncio.Event()
        self._waiting: dict[str, list[asyncio.Future[_Answer]]] = {}
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._behind_since: float | None = None
        self._fatal = ""

    async def start(self) -> None:
        """Check the log against its entries and key, make its files anew, and begin to seal.

        Raises LogError if the stored checkpoints are signed by another key, or the entries do not
        give the signed root: the server must not start then.
        """
        found = await self._runtime.database.read(rows.newest_head())
        vkey = found[0].vkey if found else ""
        if self._signer is not None and vkey not in ("", self._signer.vkey):
            raise LogError(
                f"this log is signed by {vkey}, the key at hand is {self._signer.vkey}: "
                "put the right key in place, or start a new log under a new name"
            )
        if self._signer is not None:
            vkey = self._signer.vkey
        if vkey:
            frontier = await rebuild(self._runtime.database, self._files, vkey)
            self._log = Sealed(frontier)
        self._task = asyncio.create_task(self._run(), name="ledger-sequencer")
        self.wake()

    async def stop(self) -> None:
        """Seal what is left if that is possible within seconds, then end."""
        self._stopping = True
        self._urgent.set()
        self._work.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=STOP_SECONDS)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._dismiss()

    def wake(self) -> None:
        """Say that an entry was committed, and that nobody waits for its receipt."""
        if self._behind_since is None:
            self._behind_since = self._monotonic()
        self._work.set()

    async def sealed(self, entry_id: str, timeout: float = 5.0) -> Receipt:  # noqa: ASYNC109  agreed
        """Return the receipt of a committed entry once it is in a published checkpoint.

        Raises UnavailableError when that takes longer than the timeout or cannot happen, and
        MissingError for an unknown entry.
        """
        if not self._runs():
            found = await proofs.receipts(self._runtime, self._files.directory, [entry_id])
            if entry_id not in found:
                raise UnavailableError(self.health().reason, remedy=_NOTHING_LEFT)
            return _unwrapped(found[entry_id])
        return _unwrapped(await self._wait(entry_id, timeout))

    def health(self) -> LogHealth:
        """Tell, without touching the database, whether the log can be written now."""
        behind = self._behind_since
        age = 0.0 if behind is None else max(0.0, self._monotonic() - behind)
        return LogHealth(not (reason := self._reason(age)), reason, self._log.frontier.size, age)

    def _reason(self, age: float) -> str:
        if self._signer is None:
            return "账本签名密钥缺失"
        if self._fatal:
            return self._fatal
        if not self._runs():
            return "账本定序任务未运行"
        if age > MOST_BEHIND_SECONDS:
            return f"账本已有 {age:.0f} 秒未能封存新条目"
        return ""

    def _runs(self) -> bool:
        live = self._task is not None and not self._task.done()
        return live and not self._stopping and self._signer is not None

    async def _wait(self, entry_id: str, timeout: float) -> _Answer:  # noqa: ASYNC109  passed on
        future: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(entry_id, []).append(future)
        self.wake()
        self._urgent.set()
        try:
            async with asyncio.timeout(timeout):
                return await future
        except TimeoutError:
            raise UnavailableError(
                "账本未能及时封存条目", remedy="数据没有发出，请稍后重试"
            ) from None
        finally:
            waiters = self._waiting.get(entry_id, [])
            if future in waiters:
                waiters.remove(future)
            if not waiters:
                self._waiting.pop(entry_id, None)

    async def _run(self) -> None:
        retry = FIRST_RETRY_SECONDS
        last = False
        while not last:
            await self._pause()
            last, began = self._stopping, self._monotonic()
            try:
                await self._turn()
            except LogError as error:
                log.critical("ledger_contradicts_itself", error=str(error))
                self._fatal = "账本自相矛盾，已停止封存"
                self._dismiss()
                return
            except Exception as error:  # noqa: BLE001  whatever failed, the next turn reads anew
                log.warning("ledger_not_sealed", error=repr(error), retry_seconds=retry)
                self._behind_since = began if self._behind_since is None else self._behind_since
                self._work.set()
                await asyncio.sleep(0 if self._stopping else retry)
                retry = min(2 * retry, LAST_RETRY_SECONDS)
            else:
                retry = FIRST_RETRY_SECONDS
                self._behind_since = began if self._work.is_set() else None

    async def _pause(self) -> None:
        """Wait for work, then for company: 5 ms if someone waits, a quarter second if not."""
        await _set_within(self._work, POLL_SECONDS)
        if self._work.is_set():
            await _set_within(self._urgent, GATHER_SECONDS)
            if self._urgent.is_set() and not self._stopping:
                await asyncio.sleep(LINGER_SECONDS)
        self._work.clear()
        self._urgent.clear()

    async def _turn(self) -> None:
        """Seal, publish, answer. A crash after the seal is healed by the rebuild at start."""
        if self._signer is None:
            return
        if self._waiting or await self._runtime.database.read(rows.any_unsealed()):
            if self._behind_since is None:
                self._behind_since = self._monotonic()
            done = await self._seal(self._signer)
            while done.more:
                done = await self._seal(self._signer)
        await self._publish()
        await self._answer()

    async def _seal(self, signer: Signer) -> Sealed:
        known, at = self._log.frontier, self._runtime.clock()
        done = await self._runtime.database.write(lambda c: seal(c, known, signer, at=at))
        self._log = replace(done, files=supersede(self._log.files, done.files))
        return done

    async def _publish(self) -> None:
        if self._log.files:
            await asyncio.to_thread(self._files.publish, self._log.files, self._log.note)
            self._log = replace(self._log, files={})

    async def _answer(self) -> None:
        if not self._waiting:
            return
        asked = list(self._waiting)
        found = await proofs.receipts(self._runtime, self._files.directory, asked)
        for entry_id, answer in found.items():
            self._tell(entry_id, answer)

    def _tell(self, entry_id: str, answer: _Answer) -> None:
        for future in self._waiting.pop(entry_id, []):
            if not future.done():
                future.set_result(answer)

    def _dismiss(self) -> None:
        """Tell all that wait that no receipt will come; nothing has left."""
        for entry_id in list(self._waiting):
            self._tell(entry_id, UnavailableError("账本已停止封存", remedy=_NOTHING_LEFT))


def _unwrapped(answer: _Answer) -> Receipt:
    if isinstance(answer, XueyinError):
        raise answer
    return answer


async def _set_within(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
