"""Any plan on any small table: a file by shards gives what `run` gives, or is refused like it."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from anonymize.plan.plan import Plan
from anonymize.scale.files import Limits, anonymize_file
from anonymize.table import run
from kernel.errors import InvalidError
from tests.anonymize.scale.drawn import KEY
from tests.anonymize.scale.test_same_plan import same

VALUES: dict[str, list[Any]] = {
    "birth_date": ["20120101", "2012-02-03", "20130230", "2011/5/6", "20111120", None],
    "division": ["440106", "440103", "110105", "999999", None],
    "sex": ["1", "2"],
    "club": ["a", "b", "", " ", "无", None],
    "health": ["健康", "近视", "近视 ", "ＡＢ", "ab", "12", None],
    "student_number": ["无", *(f"G44010620120504{place:04}" for place in range(60))],
}
FORMS: dict[str, list[str]] = {
    "birth_date": ["generalize:birth_date:month", "generalize:birth_date:year", "keep", "drop"],
    "division": ["generalize:division:city", "generalize:division:province", "keep", "drop"],
    "sex": ["keep", "drop"],
    "club": ["keep", "drop"],
    "health": ["keep", "drop"],
    "student_number": ["pseudonym", "mask:student_number", "drop"],
}
DIVERSE: list[dict[str, Any]] = [{"kind": "distinct", "l": 2}, {"kind": "entropy", "l": 1.3},
           {"kind": "recursive", "l": 2, "c": 3}]  # fmt: skip
COUNT = {"kind": "count", "by": ["sex"], "threshold": 3}

tables = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()}),
    max_size=80,
).map(lambda rows: pl.DataFrame(rows, schema=dict.fromkeys(VALUES, pl.String)))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    names = draw(st.permutations(["birth_date", "division", "sex", "club", "health"]))
    cut = draw(st.integers(0, 4))
    table: dict[str, Any] = {
        "k": draw(st.integers(2, 4)),
        "quasi_identifiers": names[:cut],
        "sensitive": names[cut : draw(st.integers(cut, 5))],
        "algorithm": draw(st.sampled_from(["fixed", "optimal", "mondrian", "best"])),
        "suppression_limit": draw(st.sampled_from([0, 0.1, 0.5, 0.9])),
    }
    if draw(st.booleans()):
        table["l"] = draw(st.sampled_from(DIVERSE))
    if draw(st.booleans()):
        distance = draw(st.sampled_from(["equal", "ordered"]))
        table["t"] = {"t": draw(st.sampled_from([0.2, 0.5, 0.9])), "distance": distance}
    if draw(st.booleans()):
        table["k_map"] = draw(st.integers(2, 4))
    if draw(st.booleans()):
        least = draw(st.sampled_from([0, 0.1]))
        table["delta_presence"] = {"least": least, "most": draw(st.sampled_from([0.6, 1]))}
    document = {
        "version": 2, "table": table, "statistics": [COUNT] if draw(st.booleans()) else [],
        "fields": {name: draw(st.sampled_from(forms)) for name, forms in FORMS.items()},
    }  # fmt: skip
    try:
        return Plan.parse(document)
    except InvalidError:
        assume(condition=False)
        raise


@settings(max_examples=100, suppress_health_check=list(HealthCheck), deadline=None)
@given(tables, plans(), st.none() | tables, st.sampled_from([7, 50]), st.sampled_from([10, 60]))
def test_any_plan_means_one_thing(
    table: pl.DataFrame, wanted: Plan, more: pl.DataFrame | None, batch: int, shard: int
) -> None:
    people = None if more is None else pl.concat([table, more])
    alike = wanted.table is not None and wanted.table.algorithm in ("fixed", "optimal")
    limits = Limits(batch=batch, shard=shard) if alike else Limits(batch=batch)
    with TemporaryDirectory() as name:
        source, target, crowd = (Path(name) / f"{one}.parquet" for one in ("in", "out", "people"))
        table.write_parquet(source)
        if people is not None:
            people.write_parquet(crowd)

        def by_shards() -> Any:  # noqa: ANN401  what the file way gives
            population = None if people is None else crowd
            return anonymize_file(
                source, wanted, target, key=KEY, population=population, limits=limits
            )

        try:
            known = run(table, wanted, key=KEY, population=people)
        except InvalidError as refused:
            _refused_alike(refused, by_shards)
            assert not target.exists()
        else:
            same(known, by_shards(), pl.read_parquet(target))
        expected = {source.name, target.name, crowd.name}
        assert {path.name for path in Path(name).iterdir()} <= expected


def _refused_alike(known: InvalidError, by_shards: Any) -> None:  # noqa: ANN401  a function
    try:
        by_shards()
    except InvalidError as refused:
        words = [(one.field, one.message[:5], one.rule) for one in refused.problems]
        assert words == [(one.field, one.message[:5], one.rule) for one in known.problems]
        return
    raise AssertionError(f"by shards it is released: {known}")
