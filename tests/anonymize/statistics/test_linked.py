"""Counts, rates and means by one column together tell nothing that one of them hides."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

import anonymize
from anonymize.plan.query import TOTAL, Count, Mean, Rate
from anonymize.statistics.counts import publish
from anonymize.statistics.linked import Answer, protected
from anonymize.statistics.rates import publish_rate
from tests.anonymize.statistics.tables import plan, table

THRESHOLD = 3
COUNT = Count(("g",), THRESHOLD)
FIRST = Rate("x", "是", ("g",), THRESHOLD)
SECOND = Rate("y", "是", ("g",), THRESHOLD)

Group = tuple[int, int, int]
"""Pupils of a group, how many of them have x, and y."""


@dataclass(frozen=True)
class Groups:
    """A table of groups, told by numbers."""

    groups: Sequence[Group]

    def tally(self, by: tuple[str, ...]) -> list[tuple[tuple[str | None, ...], int]]:
        lines: list[tuple[tuple[str | None, ...], int]] = []
        for name, (pupils, *having) in zip("abc", self.groups, strict=False):
            if by == ("g",):
                lines.append(((name,), pupils))
            else:
                has = having["xy".index(by[1])]
                lines += [((name, "是"), has), ((name, None), pupils - has)]
        return lines

    def numbers(self, of: str, by: tuple[str, ...]) -> dict[str | None, list[float]]:
        raise NotImplementedError(of, by)


Told = dict[tuple[str, str], int | None]
"""(statistic, group) → number or hidden."""


def told(answers: Sequence[Answer]) -> Told:
    known: Told = {}
    for answer in answers:
        document = answer.document()
        for cell in document["cells"]:
            if document["kind"] == "count":
                known["n", cell["g"]] = cell["count"]
            else:
                known[document["of"], cell["g"]] = cell["numerator"]
                known[f"n{document['of']}", cell["g"]] = cell["denominator"]
    return known


def fits(told: Told, name: str, numbers: Sequence[int]) -> bool:
    whole = dict(zip("abc", numbers, strict=False)) | {TOTAL: sum(numbers)}
    return all(told.get((name, group)) in (None, number) for group, number in whole.items())


def worlds(told: Told, groups: int, total: int) -> Iterator[tuple[tuple[int, ...], ...]]:
    """All sizes, x and y that an attacker would have to consider (x and y always fit together)."""
    for sizes in itertools.product(range(total + 1), repeat=groups):
        if sum(sizes) != total or not all(fits(told, n, sizes) for n in ("n", "nx", "ny")):
            continue
        ranges = [range(size + 1) for size in sizes]
        xs = [one for one in itertools.product(*ranges) if fits(told, "x", one)]
        ys = [one for one in itertools.product(*ranges) if fits(told, "y", one)]
        if xs and ys:
            yield from ((sizes, one, ys[0]) for one in xs)
            yield from ((sizes, xs[0], one) for one in ys)


def narrowest(groups: Sequence[Group], known: Told) -> int:
    """How many values the best known small cell could still have."""
    total = sum(group[0] for group in groups)
    cells: dict[tuple[str, int], set[int]] = {}
    for sizes, *having in worlds(known, len(groups), total):
        for place, size in enumerate(sizes):
            cells.setdefault(("n", place), set()).add(size)
            for name, numbers in zip("xy", having, strict=True):
                cells.setdefault((name, place), set()).add(numbers[place])
                cells.setdefault((f"not {name}", place), set()).add(size - numbers[place])
    true = {("n", i): n for i, (n, _, _) in enumerate(groups)}
    true |= {("x", i): x for i, (_, x, _) in enumerate(groups)}
    true |= {("y", i): y for i, (_, _, y) in enumerate(groups)}
    true |= {("not x", i): n - x for i, (n, x, _) in enumerate(groups)}
    true |= {("not y", i): n - y for i, (n, _, y) in enumerate(groups)}
    small = [cell for cell, number in true.items() if number < THRESHOLD]
    return min((max(cells[one]) - min(cells[one]) + 1 for one in small), default=THRESHOLD)


@st.composite
def some_groups(draw: st.DrawFn) -> list[Group]:
    sizes = draw(st.lists(st.integers(0, 5), min_size=2, max_size=3))
    return [(n, draw(st.integers(0, n)), draw(st.integers(0, n))) for n in sizes]


@settings(max_examples=60)
@given(some_groups())
def test_no_small_number_can_be_recomputed_from_all_of_them_together(groups: list[Group]) -> None:
    if sum(group[0] for group in groups) >= THRESHOLD:
        known = told(protected([COUNT, FIRST, SECOND], Groups(groups)))
        assert narrowest(groups, known) >= THRESHOLD
        assert all(number is None or number >= THRESHOLD for number in known.values())


LEAKING: list[Group] = [(5, 5, 0), (0, 0, 0), (5, 1, 3)]


def test_each_by_itself_would_give_a_small_number_away() -> None:
    """The control: three statistics, each protected as if it stood alone."""
    asked = Groups(LEAKING)
    alone: list[Answer] = [publish(COUNT, asked.tally(("g",)))]
    for rate in (FIRST, SECOND):
        tally = [(line[:-1], line[-1] == "是", n) for line, n in asked.tally(("g", rate.of))]
        alone.append(publish_rate(rate, tally))
    assert narrowest(LEAKING, told(alone)) < THRESHOLD
    linked = told(protected([COUNT, FIRST, SECOND], asked))
    assert narrowest(LEAKING, linked) >= THRESHOLD


def told_of(*statistics: dict[str, Any], **columns: Sequence[str | None]) -> list[dict[str, Any]]:
    result = anonymize.run(table(**columns), plan(*statistics, fields=list(columns)), key=b"")
    return [one.document() for one in result.statistics]


BOARDING = ["是"] * 30 + ["否"] * 30 + ["是"] * 58 + ["否"] * 2 + ["是"] * 20 + [None] * 20
GRADES = ["01"] * 60 + ["02"] * 60 + ["03"] * 40
RATE = {"kind": "rate", "of": "boarding", "value": "是", "by": ["grade"], "threshold": 10}


def test_a_rate_is_hidden_where_the_few_are_those_without_it() -> None:
    (rate,) = told_of(RATE, grade=GRADES, boarding=BOARDING)
    lines = {cell["grade"]: cell["rate"] for cell in rate["cells"]}
    assert lines["02"] is None  # two of sixty do not board
    assert [lines["01"], lines["03"]].count(None) == 1  # and one more, or the two follow
    assert lines["合计"] == round(108 / 160, 4)


def test_who_has_no_value_is_in_the_denominator() -> None:
    (rate,) = told_of(RATE | {"by": []}, boarding=BOARDING)
    assert rate["cells"] == [{"numerator": 108, "denominator": 160, "rate": 0.675}]


@pytest.mark.parametrize("having", [0, 9, 51, 60])
def test_a_rate_of_hardly_any_or_nearly_all_is_not_told(having: int) -> None:
    (rate,) = told_of(RATE | {"by": []}, boarding=["是"] * having + ["否"] * (60 - having))
    assert rate["cells"][0]["rate"] is None
    assert rate["cells"][0]["numerator"] is None


def test_an_empty_table_has_no_rates_and_no_means() -> None:
    mean = {"kind": "mean", "of": "distance", "by": ["grade"], "threshold": 10}
    rate, means = told_of(RATE, mean, grade=[], boarding=[], distance=[])
    assert [cell["rate"] for cell in rate["cells"]] == [None]
    assert [cell["mean"] for cell in means["cells"]] == [None]


def test_a_small_group_withholds_all_statistics_but_the_first() -> None:
    grades = [*GRADES, "04", "04"]
    boarding = [*BOARDING, "是", "否"]
    count, rate = told_of(
        {"kind": "count", "by": ["grade"], "threshold": 10}, RATE, grade=grades, boarding=boarding
    )
    assert {cell["grade"]: cell["count"] for cell in count["cells"]}["04"] is None
    assert {cell["rate"] for cell in rate["cells"]} == {None}
    assert {cell["denominator"] for cell in rate["cells"]} == {None}
    first, second = told_of(
        RATE, {"kind": "count", "by": ["grade"], "threshold": 10}, grade=grades, boarding=boarding
    )
    assert any(cell["rate"] is not None for cell in first["cells"])
    assert {cell["count"] for cell in second["cells"]} == {None}


def test_a_mean_is_not_told_beside_a_hidden_group() -> None:
    numbers = Mean("d", ("g",), 3)

    class Numbers(Groups):
        @override
        def numbers(self, of: str, by: tuple[str, ...]) -> dict[str | None, list[float]]:
            assert (of, by) == ("d", ("g",))
            return {"a": [1.0, 2.0, 3.0, 4.0], "b": [5.0, 6.0]}

    (answer,) = protected([numbers], Numbers([(4, 0, 0), (2, 0, 0)]))
    assert [cell["mean"] for cell in answer.document()["cells"]] == [None, None, None]
