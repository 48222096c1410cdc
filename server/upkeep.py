"""What must be done regularly, whoever uses the server: at start and then once an hour."""

import asyncio

import structlog

from identity.accounts.usecases.forget_expired import forget_expired
from identity.accounts.usecases.seal_account import seal_dormant
from registry.imports.usecases.clean import clean_imports
from server.wiring import House

SECONDS = 3600

log = structlog.get_logger("upkeep")


async def upkeep(house: House) -> None:
    """Run until cancelled. A task that fails is logged and tried again an hour later."""
    while True:
        for name, task in (
            ("seal_dormant", lambda: seal_dormant(house.accounts)),
            ("forget_expired", lambda: forget_expired(house.accounts)),
            ("clean_imports", lambda: clean_imports(house.runtime)),
        ):
            try:
                await task()
            except Exception:  # whatever failed, the other tasks and the next hour go on
                log.exception("upkeep_failed", task=name)
        await asyncio.sleep(SECONDS)
