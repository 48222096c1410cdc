"""Who is attacked: invented pupils, a plan for their table, and how labels are read."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from anonymize.plan.plan import Plan
from anonymize.synthetic.world import World, pupils
from anonymize.table import Result, run

KEY = b"thirty-two bytes of a secret key"
QUASI = ("birth_date", "division", "sex")
HEALTH = {"健康": 0.6, "近视": 0.2, "哮喘": 0.1, "糖尿病": 0.06, "心脏病": 0.04}
CHRONIC = frozenset({"哮喘", "糖尿病", "心脏病"})
FORMS = {
    "birth_date": "generalize:birth_date:month", "division": "keep", "sex": "keep",
    "health": "keep",
}  # fmt: skip
COARSE = FORMS | {
    "birth_date": "generalize:birth_date:year",
    "division": "generalize:division:city",
}
"""Forms coarse enough for the fixed algorithm, which cannot go coarser by itself."""

ALGORITHMS = ("fixed", "optimal", "mondrian")
Flags = npt.NDArray[np.bool_]


@cache
def cohort(size: int = 3000, seed: int = 7) -> pl.DataFrame:
    """Pupils of two cities; a third of them are not in good health."""
    world = World(
        size, seed=seed, divisions=("1301", "1302"), remarks=False, shares={"health": HEALTH}
    )
    return pupils(world)


def plan(algorithm: str, k: int = 5, **model: object) -> Plan:
    forms = COARSE if algorithm == "fixed" else FORMS
    table: dict[str, Any] = {
        "k": k, "quasi_identifiers": list(QUASI), "sensitive": ["health"],
        "suppression_limit": 0.1, "algorithm": algorithm,
    }  # fmt: skip
    return Plan.parse({"version": 2, "fields": forms, "table": table | model})


def released(frame: pl.DataFrame, algorithm: str, k: int = 5, **model: object) -> Result:
    return run(frame, plan(algorithm, k, **model), key=KEY)


def secrets_by_class(table: pl.DataFrame) -> dict[tuple[str, ...], list[str]]:
    """Return the healths in each class of a released table."""
    found: dict[tuple[str, ...], list[str]] = {}
    for *labels, health in table.select(*QUASI, "health").iter_rows():
        found.setdefault(tuple(labels), []).append(health)
    return found


def shares(values: list[str]) -> Mapping[str, float]:
    return {value: values.count(value) / len(values) for value in set(values)}


def born(label: str) -> tuple[date, date]:
    """Return the first and the last birthday behind a label, or a birthday twice."""
    if label == "*":
        return date.min, date.max
    if "-" in label:
        first, last = label.split("-")
        return date(int(first), 1, 1), date(int(last), 12, 31)
    year, rest = int(label[:4]), label[4:]
    if rest in ("上半年", "下半年"):
        months = (1, 6) if rest == "上半年" else (7, 12)
        return date(year, months[0], 1), _end(year, months[1])
    if not rest:
        return date(year, 1, 1), date(year, 12, 31)
    month, day = int(rest[:2]), rest[2:]
    if day:
        return date(year, month, int(day)), date(year, month, int(day))
    return date(year, month, 1), _end(year, month)


def _end(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def _may_be(raw: str, label: str) -> bool:
    """Tell whether a district or sex may stand behind a label: 130100 is the city of 130107."""
    if label in ("*", raw):
        return True
    if not raw.isdigit():
        return False
    return not label.isdigit() or (label.endswith("00") and raw.startswith(label.rstrip("0")))


def _fit(name: str, raw: list[str], labels: list[str]) -> Flags:
    if name != "birth_date":
        return np.array([[_may_be(one, label) for label in labels] for one in raw])
    days = np.array([born(one)[0].toordinal() for one in raw])
    ends = np.array([[day.toordinal() for day in born(label)] for label in labels])
    found: Flags = (ends[:, 0] <= days[:, None]) & (days[:, None] <= ends[:, 1])
    return found


def joined(roll: pl.DataFrame, table: pl.DataFrame) -> tuple[Flags, pl.DataFrame]:
    """Return which person of the roll fits which class of the table, and the classes with `len`."""
    classes = table.group_by(QUASI, maintain_order=True).len()
    matches = np.ones((roll.height, classes.height), np.bool_)
    for name in QUASI:
        raw, labels = roll[name].unique().to_list(), classes[name].unique().to_list()
        people = [raw.index(one) for one in roll[name]]
        columns = [labels.index(one) for one in classes[name]]
        matches &= _fit(name, raw, labels)[people][:, columns]
    return matches, classes
