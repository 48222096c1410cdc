"""Runs in the oracles' environment: `FOLDER anjana`, `FOLDER pycanon ROWS`; answers CPU seconds."""

import json
import sys
import time
from pathlib import Path

import pandas as pd  # type: ignore[import-untyped]  # of the oracles' environment

QUASI = ["birth_date", "division", "ethnicity", "grade", "sex"]


def anjana(folder: Path) -> float:
    """Return the seconds of its search for k = 5 with 5 % suppressed."""
    from anjana.anonymity import k_anonymity  # type: ignore[import-not-found]  # noqa: PLC0415  only this peer

    table = pd.read_csv(folder / "data.csv", sep=";", dtype=str)
    levels = {}
    for name in QUASI:
        lines = pd.read_csv(folder / f"{name}.csv", sep=";", dtype=str, header=None)
        levels[name] = {level: lines[level].to_numpy() for level in lines.columns}
    start = time.process_time()
    k_anonymity(table, [], QUASI, 5, 5, levels)
    return time.process_time() - start


def pycanon(folder: Path, rows: int) -> float:
    """Return the seconds of k, l and t on the first rows."""
    from pycanon import anonymity  # type: ignore[import-not-found]  # noqa: PLC0415  only this peer

    table = pd.read_csv(folder / "data.csv", sep=";", dtype=str).head(rows)
    start = time.process_time()
    anonymity.k_anonymity(table, QUASI)
    anonymity.l_diversity(table, QUASI, ["health"])
    anonymity.t_closeness(table, QUASI, ["health"])
    return time.process_time() - start


if __name__ == "__main__":
    place, peer = Path(sys.argv[1]), sys.argv[2]
    sys.stdin.read()
    told = anjana(place) if peer == "anjana" else pycanon(place, int(sys.argv[3]))
    print(json.dumps(told))
