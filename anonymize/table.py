"""A table through a plan: columns transformed, classes found and proven, risk reported. Polars."""

from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from anonymize.fields.columns import Column, is_textlike, read, transform_all
from anonymize.fields.doubts import pupil_columns, pupil_marks, refuse_rows_of_few
from anonymize.measured import Made, measured
from anonymize.plan.epsilon import LARGEST, Written, nano_epsilon
from anonymize.plan.model import Algorithm, TableModel
from anonymize.plan.plan import Plan
from anonymize.risk import figures
from anonymize.risk.thresholds import DEFAULTS, Context, Threshold
from anonymize.statistics.answer import answers
from anonymize.statistics.counted import Counted
from anonymize.statistics.linked import Answer
from anonymize.statistics.noisy import withheld
from anonymize.tables.protection import Protection, Refused, protect
from anonymize.text.column import text_columns
from kernel.errors import InvalidError

_INDEX: Final = "\0row"


@dataclass(frozen=True, slots=True)
class Result:
    """What leaves, and what is said about it.

    `table` has the plan's emitted fields in name order, and its rows sorted by value: the order of
    the rows tells nothing and links no two releases. `kept[i]` is the position of the input row
    that became output row i. `report` is a JSON document; `statistics` are the protected counts.
    """

    table: pl.DataFrame
    report: dict[str, Any]
    statistics: tuple[Answer, ...] = ()
    kept: tuple[int, ...] = field(default=(), repr=False)


def run(
    table: object,
    plan: Plan,
    *,
    key: bytes,
    population: object = None,
    threshold: Threshold = DEFAULTS[Context.CONTROLLED],
    epsilon: Written = 0,
) -> Result:
    """Transform a polars DataFrame or LazyFrame, or any Arrow table (PyCapsule stream).

    Row i of the result equals `record` of input row `kept[i]`, its quasi-identifiers coarser where
    the plan lets an algorithm search; absent values are null. Every released row shares its
    transformed quasi-identifiers with at least k − 1 others, and its class keeps all else that the
    model demands; the rest is left out. The labels that leave are measured before they are handed
    out. A plan with counts and no table model releases counts only, no rows. The same rows, in any
    order, under the same plan and key give the same bytes, but for noise.
    `population` is a table of all who could be in this one, for δ-presence, k-map and the
    journalist's risk; it needs the quasi-identifiers only. `threshold` is the accepted risk.
    Noisy statistics are answered only if `epsilon`, the budget that the caller promises to have
    taken for this answer and to take again for another, is at least `plan.epsilon`; with 0 their
    form and expected error are told. Each row must be a pupil of its own. Nobody can seed the
    noise: keep the answer. Beside noise the report tells no exact number of rows (they are None).
    Raises InvalidError if a column is missing or not text, if more rows than the limit would have
    to be left out (with the figures), if the plan has neither a table model nor counts, if the
    population is missing or does not hold the table, or if the lattice is too large to search.
    """
    if plan.table is None and not plan.statistics:
        raise InvalidError(
            "导出表格必须有表模型（k 与准标识符）",
            field="table", rule="GB/T 37964-2019", remedy="请在脱敏方案中加入表模型，或改为统计",
        )  # fmt: skip
    frame = read(table, plan)
    columns = transform_all(frame, plan, key) | text_columns(frame, plan, key)
    whole = pl.DataFrame([column.values for column in columns.values()])
    if plan.table is None:
        left, kept, sizes = whole, list(range(frame.height)), None
        shown, found = pl.DataFrame(), {}
    else:
        done = _protected(frame, whole, plan, key, _people(population, plan))
        left, kept = _sorted(whole, done)
        quasi = [name for name in plan.table.quasi_identifiers if name in left.columns]
        names = pupil_columns(plan, [n for n, kind in frame.schema.items() if is_textlike(kind)])
        marks = pl.DataFrame([pupil_marks(frame[name].gather(kept)) for name in names])
        refuse_rows_of_few(marks, left.select(quasi), plan.table.k)
        shown, sizes, found = left, pl.Series(done.sizes), done.report
    report = {
        "version": 1,
        "plan": plan.digest,
        "label": plan.label,
        "rows_in": frame.height,
        "rows_out": shown.height,
        "suppressed": frame.height - left.height,
        **figures.figures(plan.table, sizes),
        **found,
        "fields": {name: _field(name, plan, columns) for name in plan.fields},
        "ignored_columns": sorted(set(frame.columns) - {*plan.fields, *plan.inputs}),
    }
    most = LARGEST * max(1, len(plan.statistics))
    budget = nano_epsilon(epsilon, most=most) if epsilon else 0
    statistics = answers(plan.statistics, Counted.of(plan.statistics, left), budget=budget)
    report["statistics"] = [statistic.summary() for statistic in statistics]
    made = Made(frame, shown, kept, plan, key, report.get("search"))
    report |= measured(made, population, threshold)
    return Result(shown, withheld(report) if plan.epsilon else report, statistics, tuple(kept))


def _people(population: object, plan: Plan) -> pl.DataFrame | None:
    """Return the population's quasi-identifiers as text."""
    if population is None or plan.table is None or not plan.table.needs_population:
        return None
    names = [name for name in plan.table.quasi_identifiers if name in plan.emitted]
    fields = {name: plan.fields[name] for name in names}
    own = {name: plan.hierarchies[name] for name in names if name in plan.hierarchies}
    return read(population, Plan(fields=fields, hierarchies=own))


def _protected(
    frame: pl.DataFrame,
    whole: pl.DataFrame,
    plan: Plan,
    key: bytes,
    population: pl.DataFrame | None,
) -> Protection:
    if whole.width == 0:
        raise InvalidError("方案没有可提供的字段", field="fields", remedy="请至少保留一个字段")
    try:
        return protect(frame, whole, plan, key, population)
    except Refused as refused:
        raise _refusal(plan.table, frame.height, refused) from None


def _sorted(whole: pl.DataFrame, done: Protection) -> tuple[pl.DataFrame, list[int]]:
    """Return the rows that leave, sorted by value, and the input position of each."""
    rows = whole.with_row_index(_INDEX)[done.kept].with_columns(done.columns.values())
    rows = rows.sort(whole.columns, nulls_last=True, maintain_order=True)
    return rows.select(whole.columns), rows[_INDEX].to_list()


def _refusal(model: TableModel | None, rows: int, refused: Refused) -> InvalidError:
    if model is None:
        raise ValueError("only a table model refuses rows")
    searched = model.algorithm is not Algorithm.FIXED
    remedy = (
        "请减少字段、提高隐去上限或扩大范围"
        if searched
        else "请把准标识符泛化得更粗、减少字段或扩大范围"
    )
    return InvalidError(
        f"达不到 {model.demanded}：共 {rows} 行，最小等价类 {refused.least} 行，"
        f"需隐去 {refused.lost} 行（{refused.lost / max(rows, 1):.1%}），"
        f"超过上限 {model.suppression_limit:.1%}",
        field="table", rule="k-匿名（GB/T 37964-2019）", remedy=remedy,
    )  # fmt: skip


def _field(name: str, plan: Plan, columns: dict[str, Column]) -> dict[str, Any]:
    treatment, column = plan.fields[name], columns.get(name)
    return {
        "treatment": str(treatment),
        "text": treatment.text,
        "missing": column.missing if column else 0,
        "malformed": column.malformed if column else 0,
    }
