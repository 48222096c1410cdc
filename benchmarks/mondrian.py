"""Mondrian along hierarchies against umbra-k, in one run on the same table, k and columns.

umbra-k (pandas) lives in an environment of its own: `PEERS_PYTHON` names its Python, else one is
made with uv. It is given codes as numbers, its fastest way; ours is given codes and gives labels.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from anonymize.plan.model import Algorithm, TableModel
from anonymize.tables.coded import Coded
from anonymize.tables.coding import code
from anonymize.tables.mondrian import labels, loss, partition
from benchmarks.batches import QUASI, SENSITIVE, batches, dictionaries, plan
from benchmarks.measure import Row, in_turn, tree_megabytes

K, BIG, SMALL = 5, 1_000_000, 100_000
"""umbra-k is measured once, on the small table: on a large one it is slower still."""
_PEER = """
import sys, time
import pandas
from umbra_k import MondrianAnonymizer
table = pandas.read_csv(sys.argv[1])
start = time.process_time()
MondrianAnonymizer(k=int(sys.argv[2]), quasi_id=list(table.columns)).fit_transform(table)
print(len(table) / (time.process_time() - start))
"""


def rows() -> list[Row]:
    """Measure rows a CPU second, labels included."""
    big, small = table(BIG), table(SMALL)
    model = TableModel(K, QUASI, (SENSITIVE,), algorithm=Algorithm.MONDRIAN)
    _recode(small, model)
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "small.csv"
        _write(small, file)
        python = _peer_python(Path(name))
        theirs = _peer(python, file)
        ours, same = in_turn(lambda: _rate(big, model), lambda: _rate(small, model))
    lost = loss(partition(big, model), big.hierarchies, model)
    memory = tree_megabytes(os.getpid())
    return [
        Row(f"Mondrian, {BIG:,} rows, k = {K}, loss {lost:.4f}", f"{ours:,.0f} rows a CPU second",
            f"umbra-k, {SMALL:,} rows: {theirs:,.0f}", f"{ours / theirs:,.0f} ×", memory),
        Row(f"Mondrian, {SMALL:,} rows, k = {K}", f"{same:,.0f} rows a CPU second",
            f"umbra-k, the same rows: {theirs:,.0f}", f"{same / theirs:,.0f} ×", memory),
    ]  # fmt: skip


def table(count: int) -> Coded:
    """Return the drawn table, coded with its hierarchies."""
    wanted, values, drawn = plan(K), dictionaries(), list(batches(count))
    codings = [
        code(pl.Series(name, values[name]), wanted.fields[name], b"", wanted.hierarchies.get(name))
        for name in QUASI
    ]
    columns = [
        one.codes[np.concatenate([batch[name] for batch in drawn])]
        for name, one in zip(QUASI, codings, strict=True)
    ]
    secret = np.concatenate([batch[SENSITIVE] for batch in drawn])
    return Coded(count, tuple(one.hierarchy for one in codings), tuple(columns), (secret,))


def _recode(coded: Coded, model: TableModel) -> list[npt.NDArray[np.int32]]:
    found = partition(coded, model)
    return [of_class[found.classes] for _, of_class in labels(found, coded.hierarchies)]


def _rate(coded: Coded, model: TableModel) -> float:
    start = time.process_time()
    _recode(coded, model)
    return coded.rows / (time.process_time() - start)


def _write(coded: Coded, file: Path) -> None:
    header = ",".join(QUASI)
    np.savetxt(file, np.stack(coded.columns, axis=1), "%d", ",", header=header, comments="")


def _peer_python(folder: Path) -> str:
    if given := os.environ.get("PEERS_PYTHON"):  # noqa: TID251  a measuring script, not the service
        return given
    python = folder / "peers" / "bin" / "python"
    run = [sys.executable, "-m", "uv"]
    subprocess.run([*run, "venv", "--quiet", folder / "peers"], check=True)
    packages = ["umbra-k==0.1.0", "numpy==2.0.2"]
    subprocess.run([*run, "pip", "install", "--quiet", "--python", python, *packages], check=True)
    return str(python)


def _peer(python: str, file: Path) -> float:
    said = subprocess.run(
        [python, "-c", _PEER, file, str(K)], capture_output=True, text=True, check=True
    )
    return float(said.stdout.split()[-1])


if __name__ == "__main__":
    for row in rows():
        print(row)
