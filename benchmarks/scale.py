"""Ten million rows from parquet to parquet, k = 5, against a bare copy of the file.

`python -m benchmarks.scale ROWS` measures another size. The child process does the whole job, and
its tree's memory is sampled; a smaller table has loaded libraries and compiled code before the
clock starts.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from anonymize.scale.files import anonymize_file
from benchmarks.batches import batches, dictionaries, plan
from benchmarks.measure import Peak, Row

ROWS, FEW, K = 10_000_000, 100_000, 5
_KEY = b"a key of thirty-two bytes, fixed"


def rows(count: int = ROWS) -> list[Row]:
    """Measure rows a second by the wall clock, and the peak memory of the process tree."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        write(home / "few.parquet", FEW)
        write(home / "many.parquet", count)
        seconds, peak = _child(home)
        bare = _copy(home / "many.parquet", home / "copy.parquet")
    rate, copied = count / seconds, count / bare
    return [
        Row(f"{count:,} rows, parquet to parquet, k = {K}", f"{rate:,.0f} rows a second",
            f"bare copy: {copied:,.0f} rows a second", f"{rate / copied:.1%}", peak),
    ]  # fmt: skip


def write(file: Path, count: int) -> None:
    """Write the drawn table."""
    words = {name: pa.array(values) for name, values in dictionaries().items()}
    writer = None
    for batch in batches(count):
        table = pa.table({
            name: pa.DictionaryArray.from_arrays(pa.array(codes), words[name])
            for name, codes in batch.items()
        })  # fmt: skip
        writer = writer or pq.ParquetWriter(file, table.schema, store_schema=False)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def work(home: Path) -> None:
    """Do the job; the child's side."""
    anonymize_file(home / "few.parquet", plan(K), home / "few.out", key=_KEY)
    start = time.perf_counter()
    report = anonymize_file(home / "many.parquet", plan(K), home / "many.out", key=_KEY).report
    print(time.perf_counter() - start, report["least_k"])


def _child(home: Path) -> tuple[float, float]:
    """Return the seconds of the job without start-up, and the peak megabytes of the tree."""
    command = [sys.executable, "-m", "benchmarks.scale", "in", str(home)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    with Peak(child.pid).watching() as peak:
        said, _ = child.communicate()
    seconds, least = said.split()
    if child.returncode or int(least) < K:
        raise RuntimeError("the job failed or lost its k")
    return float(seconds), peak.megabytes


def _copy(source: Path, target: Path) -> float:
    start = time.perf_counter()
    pq.write_table(pq.read_table(source), target)
    return time.perf_counter() - start


if __name__ == "__main__":
    if sys.argv[1:2] == ["in"]:  # the child
        work(Path(sys.argv[2]))
    else:
        for row in rows(*(int(float(one)) for one in sys.argv[1:])):
            print(row)
