"""Tables: the optimal search and the proof, against anjana, pycanon and, where it is given, ARX.

Same table, same run. The peers run in the oracles' environment (`tests/oracles.py`). ARX is run if
its class path is given in the environment: `ARX=JAR[:JAR…] make bench` (Java 17).
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from anonymize.plan.hierarchy import OwnHierarchy
from anonymize.plan.model import Algorithm, Distance, TableModel
from anonymize.plan.treatment import Treatment
from anonymize.tables import lattice, verify
from anonymize.tables.coded import Coded, Codes
from anonymize.tables.coding import code
from anonymize.tables.demands import Attribute
from benchmarks.measure import Peak, Row
from tests import oracles

ROWS = 100_000
MANY = 1_000_000
"""Rows that ARX and we search; anjana would take hours."""
FEW = 5_000
"""Rows that pycanon is asked about; its time grows with the table, so its rate is compared."""
LIMIT, K, HAN = 0.05, 5, 0.91
QUASI = ("birth_date", "division", "ethnicity", "grade", "sex")
KEEP = Treatment.parse("keep")
HERE = Path(__file__).parent


def rows() -> list[Row]:
    """Measure the search, the proof, and the peers."""
    arx = os.environ.get("ARX", "")  # noqa: TID251  a class path of the caller
    with Peak(os.getpid()).watching() as peak, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = [
            _searched(ROWS, "anjana", lambda: _anjana(folder), folder, peak),
            *(
                _searched(count, "ARX, warm", lambda: _arx(arx, folder), folder, peak)
                for count in (ROWS, MANY)
            ),
        ]
        found.append(_proof(folder, peak))
    return found


def _searched(
    count: int, peer: str, ask: Callable[[], float | None], folder: Path, peak: Peak
) -> Row:
    """Return our time and the peer's on one table of so many rows."""
    table = pupils(count)
    write(table, folder)
    ours = seconds(lambda: search(table))
    return _against(f"optimal lattice, {count:,} rows, k=5, 5 %", ours, peer, ask(), peak)


def pupils(count: int) -> pl.DataFrame:
    """Return pupils with skewed counties and peoples, drawn from a fixed seed."""
    rng = np.random.default_rng(20)
    county = np.minimum(rng.zipf(1.2, count) * 7 % 2850, 2849)
    day = np.datetime64("2004-01-01") + rng.integers(0, 5022, count)
    people = np.where(rng.random(count) < HAN, 1, rng.integers(2, 57, count))
    health = rng.choice(12, count, p=_falling(12))
    return pl.DataFrame({
        "birth_date": [str(one) for one in day],
        "division": [f"{110_000 + one * 7}" for one in county],
        "ethnicity": [f"{one:02}" for one in people],
        "grade": [f"{one:02}" for one in rng.integers(1, 13, count)],
        "sex": [str(one) for one in rng.integers(1, 3, count)],
        "health": [f"h{one:02}" for one in health],
    })  # fmt: skip


def hierarchies(table: pl.DataFrame) -> dict[str, OwnHierarchy]:
    """Return each quasi-identifier's levels: 6 · 4 · 3 · 4 · 2 = 576 nodes."""
    climbs: dict[str, Callable[[str], tuple[str, ...]]] = {
        "birth_date": lambda v: (
            v[:7], f"{v[:4]}H{1 + (v[5:7] > '06')}", v[:4], f"{int(v[:4]) // 5 * 5}+",
        ),
        "division": lambda v: (v[:4], v[:2]),
        "ethnicity": lambda v: ("han" if v == "01" else "other",),
        "grade": lambda v: (f"b{(int(v) - 1) // 3}", f"s{(int(v) - 1) // 6}"),
        "sex": lambda _: (),
    }  # fmt: skip
    return {
        name: OwnHierarchy.of_rows(
            [(value, *climbs[name](value), "*") for value in sorted(table[name].unique())]
        )
        for name in QUASI
    }


def search(table: pl.DataFrame) -> lattice.Optimum | None:
    """Return the optimum from text: coding counts, as it does for the peers."""
    own = hierarchies_of(table)
    columns = [code(table[name], KEEP, b"", own[name]) for name in QUASI]
    coded = Coded(
        table.height,
        tuple(one.hierarchy for one in columns),
        tuple(one.codes for one in columns),
    )
    model = TableModel(K, QUASI, suppression_limit=LIMIT, algorithm=Algorithm.OPTIMAL)
    return lattice.search(coded, model)


_MADE: dict[int, dict[str, OwnHierarchy]] = {}


def hierarchies_of(table: pl.DataFrame) -> dict[str, OwnHierarchy]:
    """Return the hierarchies, made once: the peers read theirs before the clock starts too."""
    if id(table) not in _MADE:
        _MADE[id(table)] = hierarchies(table)
    return _MADE[id(table)]


def write(table: pl.DataFrame, folder: Path) -> None:
    """Write the table and its hierarchies as the peers read them."""
    table.write_csv(folder / "data.csv", separator=";")
    for name, own in hierarchies_of(table).items():
        lines = [";".join((value, *path)) for value, path in own.values.items()]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")


def prove(columns: list[Codes], secret: Codes, attribute: Attribute) -> tuple[int, int, float]:
    """Return k, distinct l and t."""
    classes = verify.classes(columns, secret)
    t = classes.closeness(attribute, Distance.EQUAL)
    return int(classes.size.min()), classes.diversity().distinct, t


def seconds(work: Callable[[], object], rounds: int = 3) -> float:
    """Return the CPU seconds of the best round; the first, which compiles, does not count."""
    work()
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def _proof(folder: Path, peak: Peak) -> Row:
    table = pupils(10 * ROWS)
    columns = [_numbers(table[name]) for name in QUASI]
    secret = _numbers(table["health"])
    attribute = Attribute.of(secret)
    ours = seconds(lambda: prove(columns, secret, attribute)) / table.height
    told = oracles.ask(HERE / "table_peers.py", str(folder), "pycanon", str(FEW))
    return Row(
        f"k, l and t measured, {table.height:,} rows",
        f"{ours * table.height:.3f} CPU s",
        f"pycanon on {FEW:,} rows: {told:.2f} CPU s",
        f"x {told / FEW / ours:,.0f} (rates)",
        peak.megabytes,
    )


def _against(what: str, ours: float, peer: str, told: float | None, peak: Peak) -> Row:
    if told is None:
        return Row(what, f"{ours:.3f} CPU s", f"{peer}: not run", "-", peak.megabytes)
    yardstick = f"{peer}: {told:.2f} CPU s"
    return Row(what, f"{ours:.3f} CPU s", yardstick, f"x {told / ours:,.0f}", peak.megabytes)


def _anjana(folder: Path) -> float:
    return float(oracles.ask(HERE / "table_peers.py", str(folder), "anjana"))


def _arx(jars: str, folder: Path) -> float | None:
    if not jars:
        return None
    source = HERE / "ArxPeer.java"
    return float(oracles.output(["java", "-cp", jars, str(source), str(folder), *QUASI]))


def _numbers(column: pl.Series) -> Codes:
    return (column.rank("dense").cast(pl.Int32) - 1).to_numpy().astype(np.int32)


def _falling(count: int) -> list[float]:
    shares = 1 / np.arange(1, count + 1)
    return [float(one) for one in shares / shares.sum()]
