"""Does a table that is about to leave keep what was demanded? Measured on its own labels."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl

from anonymize.plan.model import Distance, Diversity, DiversityKind, TableModel
from anonymize.tables import verify
from anonymize.tables.coded import Codes
from anonymize.tables.coding import code_flat
from anonymize.tables.demands import Attribute, Flags
from anonymize.tables.grouping import Longs
from anonymize.tables.sensitive import Sensitive
from anonymize.tables.verify import Diverse
from kernel.errors import InvalidError

_ROUNDING: Final = 1e-9
"""How much a measured share, entropy or distance may be off by rounding."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was measured: the sizes of the classes, the report's parts, and what is not kept."""

    sizes: Longs
    report: dict[str, Any] = field(default_factory=dict)
    broken: tuple[str, ...] = ()


def prove(
    model: TableModel,
    columns: Sequence[pl.Series],
    sensitive: Sequence[Sensitive],
    kept: Flags,
    population: Sequence[pl.Series] = (),
    left_out: Sequence[pl.Series] = (),
) -> Proof:
    """Return what the released rows keep: `columns` are their labels, one a quasi-identifier.

    `sensitive` are the columns of all input rows, of which `kept` are released; `population` are
    the labels of all who could be in the table, `left_out` those of the rows that are not released.
    Raises InvalidError if the population does not hold the table.
    """
    rows = int(kept.sum())
    coded, *others = _coded(columns, *([population, left_out] if population else []))
    sizes = verify.class_sizes(coded, rows)
    report: dict[str, Any] = {}
    broken = ["k"] if rows and int(sizes.min()) < model.k else []
    if sensitive:
        report["l"], report["t"] = {}, {}
    for one in sensitive:
        broken += _sensitive(model, coded, one, kept, report)
    if model.needs_population:
        counts = [len(part[0]) for part in (population, left_out)] if population else [0, 0]
        sizes_of = verify.joint_sizes([coded, *(others or [[], []])], [rows, *counts])
        broken += _placed(model, sizes_of, report)
    return Proof(sizes, report, tuple(broken))


def _coded(*tables: Sequence[pl.Series]) -> list[list[Codes]]:
    """Return each table's columns as codes that are the same in all of them."""
    found: list[list[Codes]] = [[] for _ in tables]
    for parts in zip(*tables, strict=True):
        codes = code_flat(pl.concat(parts)).codes
        ends = np.cumsum([len(part) for part in parts])[:-1]
        for table, part in zip(found, np.split(codes, ends), strict=True):
            table.append(part)
    return found


def _sensitive(
    model: TableModel, coded: list[Codes], one: Sensitive, kept: Flags, report: dict[str, Any]
) -> Iterator[str]:
    codes = one.codes[kept]
    classes = verify.classes(coded, codes)
    wanted = model.diversity
    found = classes.diversity(wanted.l if wanted else 2)
    distance = model.closeness.distance if model.closeness else Distance.EQUAL
    reached = classes.closeness(one.attribute, distance)
    inside = Attribute(verify.shares(codes, len(one.attribute.whole)), one.attribute.up)
    report["l"][one.name] = {
        "distinct": found.distinct,
        "entropy": found.entropy,
        "recursive_c": found.recursive_c if math.isfinite(found.recursive_c) else None,
    }
    # A distance to the whole input table would tell the values of the rows that were left out: the
    # model is held to that one, the recipient is told the one that can be measured on the release.
    report["t"][one.name] = classes.closeness(inside, distance)
    if len(codes) and wanted and not _is_diverse(wanted, found):
        yield f"l of {one.name}"
    if model.closeness and reached > model.closeness.t + _ROUNDING:
        yield f"t of {one.name}"


def _is_diverse(wanted: Diversity, found: Diverse) -> bool:
    if wanted.kind is DiversityKind.DISTINCT:
        return found.distinct >= wanted.l
    if wanted.kind is DiversityKind.ENTROPY:
        return found.entropy >= wanted.l * (1 - _ROUNDING)
    return found.recursive_c < wanted.c * (1 + _ROUNDING)


def _placed(model: TableModel, sizes: Sequence[Longs], report: dict[str, Any]) -> Iterator[str]:
    mine, people, left_out = sizes
    if (mine > people).any():
        raise InvalidError(
            "总体表不含本表的全部行：有的等价类在总体中反而更少",
            field="population", rule="δ-presence、k-map", remedy="请提供包含本表各行的总体表",
        )  # fmt: skip
    there = mine > 0
    delta = mine / np.maximum(people, 1)
    # Who is in no class of the table is told apart only if a least presence is promised. A class
    # that was left out tells nothing of its people: they may be among the rows left out.
    least = model.presence is not None and model.presence.least > 0
    asked = delta[there | (left_out == 0)] if least else delta[there]
    report["delta"] = {
        "least": float(asked.min(initial=1.0)), "most": float(delta.max(initial=0.0)),
    }  # fmt: skip
    report["k_map"] = int(people[there].min()) if there.any() else 0
    if model.k_map is not None and there.any() and report["k_map"] < model.k_map:
        yield "k_map"
    if model.presence is not None and there.any():
        below = report["delta"]["least"] < model.presence.least - _ROUNDING
        if below or report["delta"]["most"] > model.presence.most + _ROUNDING:
            yield "delta_presence"
