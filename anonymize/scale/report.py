"""What is said of the whole? The shards' figures, added up exactly, as `anonymize.run` says it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from anonymize.measured import hierarchy_loss
from anonymize.plan.epsilon import LARGEST, Written, nano_epsilon
from anonymize.plan.plan import Plan
from anonymize.report.document import Facts, grade_of, parts_of
from anonymize.report.recoded import Recoded, Tally
from anonymize.risk import figures as risk
from anonymize.risk.summary import Population
from anonymize.risk.thresholds import DEFAULTS, Context, Threshold
from anonymize.scale import output
from anonymize.scale.coding import Coding, Counts, Distinct, Secret
from anonymize.scale.output import Figures, Floats, Pairs
from anonymize.scale.prepared import Prepared
from anonymize.scale.seen import Seen
from anonymize.statistics.answer import answers
from anonymize.statistics.counted import Counted
from anonymize.statistics.linked import Answer
from anonymize.statistics.noisy import withheld
from anonymize.tables.coded import Hierarchy
from anonymize.tables.coding import MISSING
from anonymize.tables.proof import Proof, absent, added, placed
from kernel.errors import InvalidError


@dataclass(frozen=True, slots=True)
class Told:
    """The report, with the parts of `anonymize.run`'s and the number of shards, and statistics."""

    report: dict[str, Any]
    statistics: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """What a report says beside the figures: its fields' lines, and columns that were ignored.

    `people` is the number of persons of the population, None without one.
    """

    fields: Mapping[str, Mapping[str, Any]]
    ignored: Sequence[str]
    people: int | None = None
    threshold: Threshold = DEFAULTS[Context.CONTROLLED]
    epsilon: Written = 0


def told(
    prepared: Prepared, figures: Sequence[Figures], proofs: Sequence[Proof], frame: Frame
) -> Told:
    """Return what is said of the release of all shards.

    Raises InvalidError if the population does not hold the table, RuntimeError if what was made
    does not keep the model: a fault of this package.
    """
    plan, model = prepared.plan, prepared.model
    proof = added(proofs)
    rows, sizes = sum(one.rows for one in figures), proof.sizes
    out = rows - int(sizes.sum())
    parts, broken = dict(proof.report), list(proof.broken)
    if model.needs_population:
        mine, people = _joint(figures)
        more, failed = placed(model, mine, people, np.zeros(len(mine), np.int64))
        parts, broken = parts | more, [*broken, *failed]
    if broken:
        raise RuntimeError(f"the table does not keep {', '.join(broken)}")
    counted = Counted.added([one.counted for one in figures])
    report = _head(plan, rows, rows - out, frame) | {
        "suppressed": out,
        **risk.figures(model, pl.Series(sizes)),
        **_search(prepared, figures, rows, out),
        **parts,
        **parts_of(plan, model, _facts(prepared, figures, sizes, frame), frame.threshold),
        "shards": len(figures),
    }
    return _answered(plan, report, counted, frame)


def told_of_counts(plan: Plan, counted: Counted, frame: Frame) -> Told:
    """Return what is said of a release of statistics alone."""
    report = _head(plan, counted.rows, 0, frame) | {
        "suppressed": 0, "grade": grade_of(plan, None, frame.threshold),
    }  # fmt: skip
    return _answered(plan, report, counted, frame)


def refuse_unfit(prepared: Prepared, figures: Sequence[Figures]) -> None:
    """Raise InvalidError if what the shards keep together is not what the model allows.

    That is, with the figures, if more rows than the limit had to be left out; or if a class of the
    population is in no row of the table, where a least presence is promised; or if a shard has a
    problem.
    """
    model, crowd = prepared.model, prepared.recoder.crowd
    rows = sum(one.rows for one in figures)
    out = rows - sum(int(one.sizes.sum()) for one in figures)
    if out > rows * model.suppression_limit:
        raise InvalidError(
            f"达不到 {model.demanded}：共 {rows} 行，需隐去 {out} 行"
            f"（{out / rows:.1%}），超过上限 {model.suppression_limit:.1%}",
            field="table", rule="k-匿名（GB/T 37964-2019）",
            remedy="请把准标识符泛化得更粗、减少字段或扩大范围",
        )  # fmt: skip
    promised = model.presence is not None and model.presence.least > 0
    if crowd is not None and promised and sum(one.met for one in figures) < crowd.count:
        raise absent(model)
    if problems := next((one.problems for one in figures if one.problems), ()):
        raise InvalidError.of(problems)


def lines(plan: Plan, seen: Seen, coding: Coding | None = None) -> dict[str, Any]:
    """Return the report's lines on all fields: those of the model, and those that were seen."""
    gaps = {} if coding is None else coding.gaps
    found = {}
    for name, how in plan.fields.items():
        missing, malformed = gaps.get(name, (seen.missing[name], seen.malformed[name]))
        found[name] = {
            "treatment": str(how), "text": how.text, "missing": missing, "malformed": malformed,
        }  # fmt: skip
    return found


def weights(prepared: Prepared) -> list[float]:
    """Return the weight of each quasi-identifier's loss."""
    return [prepared.model.weights.get(name, 1.0) for name in prepared.quasi]


def _head(plan: Plan, rows: int, left: int, frame: Frame) -> dict[str, Any]:
    return {
        "version": 1,
        "plan": plan.digest,
        "label": plan.label,
        "rows_in": rows,
        "rows_out": left,
        "fields": {name: dict(frame.fields[name]) for name in plan.fields},
        "ignored_columns": list(frame.ignored),
    }


def _answered(plan: Plan, report: dict[str, Any], counted: Counted, frame: Frame) -> Told:
    most = LARGEST * max(1, len(plan.statistics))
    budget = nano_epsilon(frame.epsilon, most=most) if frame.epsilon else 0
    statistics = answers(plan.statistics, counted, budget=budget)
    report["statistics"] = [statistic.summary() for statistic in statistics]
    return Told(withheld(report) if plan.epsilon else report, statistics)


def _search(prepared: Prepared, figures: Sequence[Figures], rows: int, out: int) -> dict[str, Any]:
    if not prepared.search:
        return {}
    found = dict(prepared.search)
    if "loss" not in found:
        costs = output.costs(prepared.hierarchies)
        spent = [
            sum(_spent(cost, one.pairs[column]) for one in figures)
            for column, cost in enumerate(costs)
        ]
        found |= {"suppressed": out, "loss": output.loss(spent, weights(prepared), rows, out)}
    return {"search": found}


def _spent(cost: Floats, pairs: Pairs) -> float:
    return float(cost[pairs.level, pairs.group] @ pairs.rows)


def _joint(figures: Sequence[Figures]) -> tuple[Counts, Counts]:
    """Return the sizes of all classes, and how many of the population each has."""
    nothing = np.zeros(0, np.int64)
    return (
        np.concatenate([nothing, *(one.sizes for one in figures)]),
        np.concatenate([nothing, *(one.people for one in figures)]),
    )


def _facts(prepared: Prepared, figures: Sequence[Figures], sizes: Counts, frame: Frame) -> Facts:
    columns: dict[str, Recoded] = {}
    lost: dict[str, Tally | None] = {}
    losses: dict[str, float] = {}
    rows = sum(one.rows for one in figures)
    for place, quasi in enumerate(prepared.coding.quasi):
        name, node = quasi.hierarchy.name, prepared.recoder.node
        distinct = prepared.coding.distinct[name]
        found = _recoded(distinct, [one.pairs[place] for one in figures], quasi.hierarchy)
        forms = None
        if node is not None:
            labels, up = quasi.hierarchy.labels[node[place]], quasi.hierarchy.up[node[place]]
            forms = _frame(distinct, "new", [_known(labels[up[code]]) for code in quasi.codes])
        columns[name], lost[name] = found, found.lost(forms)
        if prepared.search:
            level = None if node is None else node[place]
            loss = hierarchy_loss(quasi.hierarchy, level, found.shown(), rows)
            losses |= {} if loss is None else {name: loss}
    for place, secret in enumerate(prepared.coding.secrets):
        often = np.sum([one.secrets[place] for one in figures], axis=0)
        distinct = prepared.coding.distinct[secret.name]
        columns[secret.name] = found = _secret(distinct, secret, often)
        lost[secret.name] = found.lost(_frame(distinct, "new", [*_shown(secret)]))
    before = np.concatenate([np.zeros(0, np.int64), *(one.before for one in figures)])
    population = None
    if frame.people is not None:
        known = prepared.recoder.crowd is not None
        population = Population(frame.people, *(_joint(figures) if known else (None, None)))
    return Facts(rows, sizes, before, columns, lost, losses, population)


def _recoded(distinct: Distinct, parts: Sequence[Pairs], hierarchy: Hierarchy) -> Recoded:
    offsets = np.concatenate([[0], np.cumsum([len(level) for level in hierarchy.labels])])
    words = [_known(name) for level in hierarchy.labels for name in level]
    flat = pl.Series(words, dtype=pl.String)
    number, level, group, rows = (
        np.concatenate([getattr(one, name) for one in parts])
        for name in ("number", "level", "group", "rows")
    )
    values = pl.Series(distinct.values, dtype=pl.String)
    pairs = pl.DataFrame({
        "old": values.gather(number), "new": flat.gather(offsets[level] + group), "cells": rows,
    }).group_by("old", "new").agg(pl.col("cells").sum())  # fmt: skip
    return Recoded(_counts(distinct), pairs)


def _secret(distinct: Distinct, secret: Secret, often: Any) -> Recoded:  # noqa: ANN401  an array
    pairs = _frame(distinct, "new", [*_shown(secret)]).with_columns(pl.Series("cells", often))
    return Recoded(_counts(distinct), pairs.filter(pl.col("cells") > 0))


def _shown(secret: Secret) -> list[str | None]:
    return [secret.words[word] for word in secret.shown]


def _counts(distinct: Distinct) -> pl.DataFrame:
    """Return the raw values of the table: those that only the population has count nothing."""
    counts = _frame(distinct, "rows", distinct.rows.tolist())
    return counts.filter(pl.col("rows") > 0)


def _frame(distinct: Distinct, name: str, values: Sequence[Any]) -> pl.DataFrame:
    old = pl.Series("old", distinct.values, pl.String)
    return pl.DataFrame([old, pl.Series(name, values, strict=False)])


def _known(label: str) -> str | None:
    return None if label == MISSING else label
