"""A big table of pupils for measuring: codes drawn by numpy, batch by batch, same seed same table.

County (2,850 real codes, skewed), birth date (5,022 days), sex, ethnicity (56, 91 % one), grade
(12, by the year of birth) and one sensitive column of twelve values.
"""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from anonymize.plan.plan import Plan

QUASI = ("birth_date", "division", "ethnicity", "grade", "sex")
SENSITIVE = "health"
COUNTIES, FIRST_DAY, DAYS, GRADES, PEOPLES, CONDITIONS = 2850, "2004-09-01", 5022, 12, 56, 12
_HAN = 0.91

Table = dict[str, npt.NDArray[np.int32]]


def dictionaries() -> dict[str, list[str]]:
    """Return each column's values, in the order of their codes."""
    lines = files("anonymize").joinpath("data/divisions.txt").read_text("utf-8").splitlines()
    codes = [line[:6] for line in lines if not line.startswith("#") and line[4:6] != "00"]
    days = np.datetime64(FIRST_DAY) + np.arange(DAYS)
    return {
        "birth_date": [str(day).replace("-", "") for day in days],
        "division": codes[:COUNTIES],
        "ethnicity": [f"{code:02d}" for code in range(1, PEOPLES + 1)],
        "grade": [f"{grade:02d}" for grade in range(1, GRADES + 1)],
        "sex": ["1", "2"],
        SENSITIVE: [f"健康状况{code:02d}" for code in range(CONDITIONS)],
    }


def plan(k: int) -> Plan:
    """Return the plan of the table, Mondrian with hierarchies of its own."""
    known = dictionaries()
    tall = {
        "birth_date": (["month", "half", "year", "all"], [
            [day[:6], f"{day[:4]}H{1 + (day[4:6] > '06')}", day[:4], "*"]
            for day in known["birth_date"]
        ]),
        "division": (["city", "province", "all"], [
            [code[:4], code[:2], "*"] for code in known["division"]
        ]),
        "ethnicity": (["han", "all"], [
            ["han" if code == "01" else "other", "*"] for code in known["ethnicity"]
        ]),
        "grade": (["years", "stage", "all"], [
            [f"G{(int(one) - 1) // 3}", "primary" if one < "07" else "secondary", "*"]
            for one in known["grade"]
        ]),
    }  # fmt: skip
    return Plan.parse({
        "version": 2,
        "fields": dict.fromkeys([*QUASI, SENSITIVE], "keep"),
        "hierarchies": {
            name: {"levels": levels, "values": dict(zip(known[name], paths, strict=True))}
            for name, (levels, paths) in tall.items()
        },
        "table": {"k": k, "quasi_identifiers": list(QUASI), "sensitive": [SENSITIVE],
                  "algorithm": "mondrian"},
    })  # fmt: skip


def batches(rows: int, *, seed: int = 7, batch: int = 500_000) -> Iterator[Table]:
    """Yield the codes of the table in batches."""
    rng = np.random.default_rng(seed)
    sizes = rng.permutation(1 / (np.arange(COUNTIES) + 30))
    for first in range(0, rows, batch):
        yield _batch(rng, sizes / sizes.sum(), min(batch, rows - first))


def _batch(rng: np.random.Generator, sizes: npt.NDArray[np.float64], rows: int) -> Table:
    day = rng.integers(0, DAYS, rows)
    year = (day * GRADES // DAYS + rng.choice([-1, 0, 0, 0, 0, 0, 0, 1], rows)).clip(0, GRADES - 1)
    minority = rng.random(rows) > _HAN
    drawn: dict[str, Any] = {
        "birth_date": day,
        "division": rng.choice(COUNTIES, rows, p=sizes),
        "ethnicity": np.where(minority, rng.integers(1, PEOPLES, rows), 0),
        "grade": GRADES - 1 - year,
        "sex": rng.integers(0, 2, rows),
        SENSITIVE: np.minimum(rng.geometric(0.4, rows) - 1, CONDITIONS - 1),
    }
    return {name: values.astype(np.int32) for name, values in drawn.items()}
