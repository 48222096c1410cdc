"""`python -m benchmarks`: all ratios, both sides measured in this run, with the peak memory.

Wall figures of a busy machine say little; the ratios hold. Names as arguments run only those.
"""

import sys
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from benchmarks import (
    fields,
    http_calls,
    imports,
    mondrian,
    names,
    noise,
    overtime,
    releases,
    scale,
    tables,
    text,
    world,
)
from benchmarks.measure import Row

ALL: dict[str, Callable[[], list[Row]]] = {
    "http": http_calls.rows, "releases": releases.rows, "imports": imports.rows,
    "tables": tables.rows, "mondrian": mondrian.rows, "fields": fields.rows, "text": text.rows,
    "names": names.rows, "noise": noise.rows, "overtime": overtime.rows, "world": world.rows,
    "scale": scale.rows,
}  # fmt: skip


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; return the exit code."""
    unknown = set(names) - set(ALL)
    if unknown:
        sys.stderr.write(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(ALL)}\n")
        return 2
    console = Console()
    table = Table("what", "Xueyin", "yardstick", "ratio", "peak MB (process tree)")
    for name in names or ALL:
        with console.status(name):
            for row in ALL[name]():
                table.add_row(row.what, row.ours, row.yardstick, row.ratio, f"{row.peak_mb:,.0f}")
    console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
