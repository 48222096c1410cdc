"""Do the heavy part of an import in a process of its own, on behalf of the serving process.

`python -m registry.imports.usecases.worker` reads one JSON order from its input: `read` (the dry
run), `faulty` (workbook of faulty rows) or `template`. Keys come by that pipe and no other way.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import orjson

from kernel.runtime import Runtime
from registry.imports.usecases import template
from registry.imports.usecases.faulty import write_faulty
from registry.imports.usecases.files import read_files
from registry.imports.usecases.parsers import SourceFile
from registry.imports.usecases.recipe import RuntimeRecipe

_POLITE = 10
"""Nice value: signing people in comes before reading files."""


async def obey(order: dict[str, Any]) -> None:
    """Carry out one order."""
    if order["verb"] == "template":
        template.write(Path(order["path"]))
        return
    runtime = await RuntimeRecipe.parse(order["recipe"]).open()
    try:
        await _with_runtime(runtime, order)
    finally:
        runtime.database.close()


async def _with_runtime(runtime: Runtime, order: dict[str, Any]) -> None:
    if order["verb"] == "read":
        files = [SourceFile(Path(path), name) for path, name in order["files"]]
        await read_files(runtime, order["import_id"], files, _silent)
    elif order["verb"] == "faulty":
        await write_faulty(runtime, order["import_id"], Path(order["path"]))
    else:
        raise ValueError(f"unknown verb {order['verb']}")


def _silent(_done: int, _total: int, _phase: str) -> None:
    """The pages read progress from the database."""


if __name__ == "__main__":
    os.nice(_POLITE)
    asyncio.run(obey(orjson.loads(sys.stdin.buffer.read())))
