"""Import of a county's files, dry run and commit, against a bare insert of ready rows."""

import tempfile
from pathlib import Path

from benchmarks.import_pupils import bare_insert, import_all
from benchmarks.measure import Row
from registry.synthetic.county import County
from registry.synthetic.files import write_county

PUPILS, SCHOOLS = 10_000, 5
"""`python -m benchmarks.import_pupils` measures the whole 100,000."""


def rows() -> list[Row]:
    """Measure workbooks and one CSV, each in an empty database."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        bare = bare_insert(home, PUPILS)
        found = []
        for form in ("xlsx", "csv"):
            folder, place = home / form, home / f"database-{form}"
            place.mkdir()
            write_county(County(pupils=PUPILS, schools=SCHOOLS), folder, _silent, form=form)
            one = import_all(folder, place)
            rate = PUPILS / one.seconds
            found.append(
                Row(
                    f"import of {PUPILS:,} pupils, {form}",
                    f"{rate:,.0f} rows a second",
                    f"{bare:,.0f} bare inserts a second",
                    f"{rate / bare:.1%}",
                    one.megabytes,
                )
            )
        return found


def _silent(_done: int, _total: int, _phase: str) -> None:
    """Hear of progress, and say nothing."""
