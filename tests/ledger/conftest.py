"""A log of its own for each test: key, directory, and a short way to append."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

import ledger.store.tables  # noqa: F401  the `database` fixture creates the tables it knows
from kernel.runtime import Runtime
from ledger.domain.note import Signer
from ledger.usecases.append import append

ORIGIN = "registry.example/xueyin"
Append = Callable[..., Coroutine[Any, Any, str]]


@pytest.fixture
def signer() -> Signer:
    return Signer.from_seed(ORIGIN, b"\x11" * 32)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def add(runtime: Runtime) -> Append:
    """Commits one entry and returns its id."""

    async def add(**body: Any) -> str:
        body = {"type": "refusal", "code": "quota", **body}
        nonce, at = runtime.entropy(16), runtime.clock()
        return await runtime.database.write(lambda c: append(c, body, at=at, nonce=nonce))

    return add
