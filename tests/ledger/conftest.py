"""A log of its own for each test: key, directory, and a short way to append."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import ledger.store.tables  # noqa: F401  the `database` fixture creates the tables it knows
from kernel.runtime import Runtime
from ledger.domain.note import Signer
from ledger.usecases.append import append
from tests.ledger.sequencing import Unreliable

ORIGIN = "registry.example/xueyin"
Append = Callable[..., Coroutine[Any, Any, list[str]]]


@pytest.fixture
def signer() -> Signer:
    return Signer.from_seed(ORIGIN, b"\x11" * 32)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def add(runtime: Runtime) -> Append:
    """Commits entries in one transaction and returns their ids."""

    async def add(times: int = 1) -> list[str]:
        at = runtime.clock()

        def job(connection: sa.Connection) -> list[str]:
            body = {"type": "refusal", "code": "quota"}
            return [
                append(connection, body, at=at, nonce=runtime.entropy(16)) for _ in range(times)
            ]

        return await runtime.database.write(job)

    return add


@pytest.fixture
def unreliable(runtime: Runtime) -> Unreliable:
    return Unreliable(runtime.database)


@pytest.fixture
def shaky(runtime: Runtime, unreliable: Unreliable) -> Runtime:
    return Runtime(unreliable, runtime.keyring, runtime.clock)
