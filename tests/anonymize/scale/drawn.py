"""Pupils drawn by chance, and plans for them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from anonymize.fields.numbers import check_character
from anonymize.plan.plan import Plan

KEY = b"thirty-two bytes of a secret key"
FORMS = {
    "birth_date": "generalize:birth_date:month",
    "division": "generalize:division:city",
    "ethnicity": "generalize:ethnicity:han_or_other",
    "sex": "keep",
    "health": "keep",
}
QUASI = ["birth_date", "division", "ethnicity", "sex"]


def plan(model: dict[str, Any] | None = None, **fields: str) -> Plan:
    forms = FORMS | fields
    table = {"k": 4, "quasi_identifiers": QUASI, "sensitive": ["health"], "algorithm": "mondrian"}
    return Plan.parse({"version": 2, "fields": forms, "table": table | (model or {})})


def pupils(rows: int, seed: int = 1) -> pl.DataFrame:
    conditions = ["健康", "近视", "哮喘", None]
    rng = np.random.default_rng(seed)
    shares = [0.3, 0.2, 0.2, 0.1, 0.1, 0.08, 0.01, 0.01]
    divisions = ["440106", "440103", "440305", "440304", "110105", "110108", "650102", "999999"]
    days = [f"20{year:02d}{month:02d}{day:02d}" for year in (10, 11, 12) for month in range(1, 13)
            for day in (1, 9, 17)]  # fmt: skip
    return pl.DataFrame({
        "birth_date": _draw(rng, rows, [*days, "20130230", None]),
        "division": _draw(rng, rows, divisions, shares),
        "ethnicity": _draw(rng, rows, ["01", "02", "11", None], [0.9, 0.05, 0.03, 0.02]),
        "sex": _draw(rng, rows, ["1", "2"]),
        "health": _draw(rng, rows, conditions, [0.6, 0.3, 0.05, 0.05]),
        "phone": [f"138{number:08d}" for number in range(rows)],
        "note": ["x"] * rows,
    })  # fmt: skip


def number(place: int) -> str:
    body = f"440106201205{place:05d}"
    return f"G{body}{check_character(body)}"


def people(rows: int = 1200) -> pl.DataFrame:
    """Pupils with all that a plan may ask for: numbers, dates, texts, scores."""
    rng = np.random.default_rng(3)
    days = rng.integers(0, 3000, rows)
    names = [f"王小{'明红刚丽强'[place % 5]}" for place in range(rows)]
    return pupils(rows).with_columns(
        pl.Series("student_number", [number(place) for place in range(rows)]),
        pl.Series("visited", pl.Series(days).cast(pl.Int32)).cast(pl.Date).dt.to_string("%Y%m%d"),
        pl.Series("name", names),
        pl.Series("remarks", [f"{name}今天请假" if place % 3 else None
                              for place, name in enumerate(names)]),
        pl.Series("score", [str(float(one)) for one in rng.integers(0, 100, rows)]),
    )  # fmt: skip


EVERY_FORM = Plan.parse({
    "version": 2, "subject": "student_number",
    "fields": {
        "student_number": "pseudonym", "phone": "format_preserving:phone", "sex": "keep",
        "visited": "date:shift:30", "remarks": "text:surrogate", "name": "drop",
        "health": "keep", "score": "keep",
    },
    "table": {"k": 4, "quasi_identifiers": ["sex"], "sensitive": ["health"],
              "algorithm": "fixed"},
    "hierarchies": {"score": {"levels": ["half", "all"], "values": {
        str(float(one)): ["low" if one < 50 else "high", "*"] for one in range(100)
    }}},
})  # fmt: skip


def _draw(
    rng: np.random.Generator,
    rows: int,
    values: Sequence[str | None],
    shares: Sequence[float] | None = None,
) -> list[str | None]:
    return [values[place] for place in rng.choice(len(values), rows, p=shares)]
