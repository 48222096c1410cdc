"""How fast and how heavy is the import of 100,000 pupils, against a bare insert on this machine?

Prints rows per second, the ratio to `executemany` of ready rows into one table (same run, same
disk), and the peak memory of the whole process tree. `--pupils 20000` for a quick look.
"""

import argparse
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # no stubs in the environment

from registry.synthetic.county import County
from registry.synthetic.files import write_county

ROOT = Path(__file__).parent.parent
_PAUSE = 0.05
_IMPORT = """
import asyncio, json, sys
from pathlib import Path
import sqlalchemy as sa
import registry.imports.store.tables, registry.store.tables
from kernel.ids import AccountId
from kernel.schema import metadata
from registry.domain.org import Level, OrgKind, OrgPlan
from registry.usecases.create_orgs import create_orgs
from registry.imports.usecases.files import ImportOrder, run
from registry.imports.usecases.recipe import RuntimeRecipe

folder = Path(sys.argv[1])
recipe = RuntimeRecipe(f"sqlite:///{sys.argv[2]}/pupils.db", bytes(32))
engine = sa.create_engine(recipe.database_url)
metadata.create_all(engine)
engine.dispose()

async def settle():
    runtime = await recipe.open()
    nodes = json.loads((folder / "orgs.json").read_text(encoding="utf-8"))
    plans = [
        OrgPlan(**node | {"kind": OrgKind(node["kind"]), "level": Level(node["level"])})
        for node in nodes
    ]
    made = await create_orgs(runtime, plans)
    runtime.database.close()
    return made["education_authority-county"].id

files = tuple(sorted([*folder.glob("*.xlsx"), *folder.glob("*.csv")]))
order = ImportOrder(
    asyncio.run(settle()), AccountId("bench"), files, synthetic=True, commit=True, partial=True
)
report = run(recipe, order, lambda done, total, phase: None)
print(report.committed, report.tally.errors)
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: seconds, and the peak of the tree's memory (sum of RSS) in MB."""

    seconds: float
    megabytes: float
    answer: str


def import_all(folder: Path, home: Path) -> Measured:
    """Import a county's files in a process of its own, dry run and commit."""
    command = [sys.executable, "-c", _IMPORT, str(folder), str(home)]
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        peak = 0
        while process.poll() is None:
            peak = max(peak, _tree(process.pid))
            time.sleep(_PAUSE)
        answer = process.stdout.read().strip() if process.stdout else ""
    return Measured(time.perf_counter() - start, peak / 2**20, answer)


def _tree(pid: int) -> int:
    """Return the bytes of a process and all below it. Shared pages count in each: a ceiling."""
    total = 0
    try:
        parent = psutil.Process(pid)
        for one in [parent, *parent.children(recursive=True)]:
            total += one.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total


def bare_insert(home: Path, rows: int) -> float:
    """Return rows per second of one `executemany` of ready rows as wide as a pupil's."""
    row = ("x" * 36, "y" * 36, "王小明", "1", "20150901", "01", "1班", "202109", b"z" * 2_000)
    with sqlite3.connect(home / "bare.db") as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE t (a,b,c,d,e,f,g,h,i)")
        start = time.perf_counter()
        connection.executemany("INSERT INTO t VALUES (?,?,?,?,?,?,?,?,?)", (row for _ in range(rows)))  # fmt: skip # noqa: E501  one call
        connection.commit()
        seconds = time.perf_counter() - start
    connection.close()
    return rows / seconds


def main() -> None:
    """Measure workbooks and CSV, each in an empty database."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pupils", type=int, default=100_000)
    options.add_argument("--schools", type=int, default=50)
    pupils, schools = options.parse_args().pupils, options.parse_args().schools
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        bare = bare_insert(home, pupils)
        print(f"bare insert           {bare:>9,.0f} rows/s")
        for form in ("xlsx", "csv"):
            folder, place = home / form, home / f"db-{form}"
            place.mkdir()
            write_county(County(pupils=pupils, schools=schools), folder, _silent, form=form)
            one = import_all(folder, place)
            rate = pupils / one.seconds
            print(
                f"{form:<5} {one.seconds:6.1f} s {rate:>9,.0f} rows/s  bare/{bare / rate:4.1f}"
                f"  peak {one.megabytes:4.0f} MB  (committed, errors: {one.answer})"
            )


def _silent(_done: int, _total: int, _phase: str) -> None:
    """Hear of progress, and say nothing."""


if __name__ == "__main__":
    main()
