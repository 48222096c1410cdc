"""Anonymeter, which nobody here wrote, singles out, links and infers (WP29 Opinion 05/2014).

Half of the families are released, the other half are the control: a risk is what an attack wins
over strangers, so 0 is the baseline and 1 a raw copy. A query of Anonymeter is read on raw values,
so both sides are numbers: a day, the place of a district in the list; a generalized cell is the
middle of what it stands for. Names of groups would match no raw value, and no attack would succeed.
"""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from anonymize.plan.plan import Plan
from anonymize.synthetic.world import World, pupils
from anonymize.table import run
from tests import oracles
from tests.attacks.anonymize.cohort import HEALTH, KEY, born

JUDGE = Path(__file__).with_name("anonymeter_judge.py")
KNOWN = ["birth_date", "sex", "division", "ethnicity", "grade"]
SECRETS = ["health", "commute_mode"]
SIDES = [["birth_date", "sex", "health"], ["division", "ethnicity", "grade", "commute_mode"]]
GRADES = {
    "1-3年级": 2.0, "4-6年级": 5.0, "7-9年级": 8.0, "10-12年级": 11.0, "小学": 3.5, "初中": 8.0,
    "高中": 11.0, "义务教育": 5.0, "*": 6.5,
}  # fmt: skip
PUBLIC = {"l": {"kind": "distinct", "l": 3}, "t": {"t": 0.3}}
"""Beside k = 20: what the policy asks of a table for everybody."""

RELEASES: dict[str, tuple[str, int, dict[str, Any]]] = {
    "optimal, k 5": ("optimal", 5, {}),
    "mondrian, k 5": ("mondrian", 5, {}),
    "optimal, k 10": ("optimal", 10, {}),
    "mondrian, k 10": ("mondrian", 10, {}),
    "optimal, public": ("optimal", 20, PUBLIC),
    "mondrian, public": ("mondrian", 20, PUBLIC),
}
BOUNDS = {
    "k 5": {"singling out": 0.25, "linkability": 0.02, "inference": 0.20},
    "k 10": {"singling out": 0.20, "linkability": 0.02, "inference": 0.15},
    "public": {"singling out": 0.15, "linkability": 0.02, "inference": 0.12},
}
"""Upper ends of the 95 % intervals."""


def released(people: pl.DataFrame, algorithm: str, k: int, model: dict[str, Any]) -> pl.DataFrame:
    plan = Plan.parse({
        "version": 2,
        "fields": {
            "birth_date": "generalize:birth_date:month", "sex": "keep", "division": "keep",
            "ethnicity": "generalize:ethnicity:populous", "grade": "generalize:grade:band",
            "health": "keep", "commute_mode": "keep",
        },
        "table": {
            "k": k, "quasi_identifiers": KNOWN, "sensitive": SECRETS, "suppression_limit": 0.05,
            "algorithm": algorithm, **model,
        },
    })  # fmt: skip
    return run(people, plan, key=KEY).table


class Numbers:
    """The numbers by which raw values and labels are told alike."""

    def __init__(self, everybody: pl.DataFrame) -> None:
        self._districts = sorted(everybody["division"].unique())
        days = sorted(born(one)[0].toordinal() for one in everybody["birth_date"])
        self._middle = days[len(days) // 2]

    def table(self, frame: pl.DataFrame) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {
            name: [getattr(self, f"_{name}")(value) for value in frame[name]] for name in KNOWN
        }
        return found | {name: frame[name].to_list() for name in SECRETS}

    def _birth_date(self, value: str) -> int:
        first, last = born(value)
        return self._middle if value == "*" else (first.toordinal() + last.toordinal()) // 2

    def _sex(self, value: str) -> float:
        return {"男": 0.0, "女": 1.0}.get(value, 0.5)

    def _division(self, value: str) -> float:
        places = [
            place
            for place, one in enumerate(self._districts)
            if one == value or (value.endswith("00") and one.startswith(value.rstrip("0")))
        ]
        return sum(places) / len(places) if places else (len(self._districts) - 1) / 2

    def _ethnicity(self, value: str) -> float:
        return {"01": 0.0, "汉族": 0.0, "*": 0.03}.get(value, 1.0)

    def _grade(self, value: str) -> float:
        return GRADES[value] if value in GRADES else float(value)


@pytest.mark.foreign
def test_anonymeter_finds_little_more_in_our_releases_than_about_strangers() -> None:
    """Seen, upper ends, as in BOUNDS: .19 .01 .16; k 10: .13 .01 .11; public: .12 .01 .09."""
    everybody = pupils(
        World(6000, seed=11, divisions=("1301", "1302"), remarks=False, shares={"health": HEALTH})
    )
    half = everybody["family"].cast(pl.Int64) % 2 == 0
    people, strangers = everybody.filter(half), everybody.filter(~half)[: half.sum()]
    numbers = Numbers(everybody)
    told = {name: numbers.table(released(people, *how)) for name, how in RELEASES.items()}
    question = {
        "people": numbers.table(people), "strangers": numbers.table(strangers), "known": KNOWN,
        "secret": "health", "sides": SIDES, "told": told | {"raw": numbers.table(people)},
    }  # fmt: skip
    answers = oracles.ask(JUDGE, question=question, environment="anonymeter")
    # The control: a raw copy is singled out and read for certain, and linked in two of five cases,
    # where district, grade and way to school are a pupil's own.
    for name, (_, low, _) in answers.pop("raw").items():
        assert low > (0.3 if name == "linkability" else 0.9), name
    for release, risks in answers.items():
        bounds = BOUNDS[release.split(", ")[1]]
        for name, (_, _, high) in risks.items():
            assert high <= bounds[name.split(" by ")[0]], (release, name, high)
