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
from anonymize.tables.criteria import Doubles
from anonymize.tables.demands import Attribute
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
    columns: Sequence[Codes],
    sensitive: Sequence[Sensitive],
    rows: int,
    *,
    released: Sequence[Doubles] | None = None,
) -> Proof:
    """Return which k, l and t released rows keep: `columns` are the codes of their labels.

    `sensitive` are their sensitive columns, with the attributes of the whole input. If the rows are
    part of a release, `released` gives the shares of the values in all of it.
    """
    sizes = verify.class_sizes(columns, rows)
    report: dict[str, Any] = {}
    broken = ["k"] if rows and int(sizes.min()) < model.k else []
    if sensitive:
        report["l"], report["t"] = {}, {}
    for place, one in enumerate(sensitive):
        own = verify.shares(one.codes, len(one.attribute.whole))
        inside = own if released is None else released[place]
        broken += _sensitive(model, columns, one, inside, report)
    return Proof(sizes, report, tuple(broken))


def added(proofs: Sequence[Proof]) -> Proof:
    """Return the proof of a whole release from those of its parts, none of which shares a class."""
    sizes = np.concatenate([np.zeros(0, np.int64), *(one.sizes for one in proofs)])
    full = [one for one in proofs if len(one.sizes)] or list(proofs[:1])
    report: dict[str, Any] = {}
    for name in full[0].report.get("l", {}) if full else ():
        found = [one.report["l"][name] for one in full]
        factors = [one["recursive_c"] for one in found]
        report.setdefault("l", {})[name] = {
            "distinct": min(one["distinct"] for one in found),
            "entropy": min(one["entropy"] for one in found),
            "recursive_c": None if None in factors else max(factors),
        }
        distance = max(one.report["t"][name] for one in full)
        report.setdefault("t", {})[name] = distance
    return Proof(sizes, report, tuple(dict.fromkeys(b for one in proofs for b in one.broken)))


def coded(*tables: Sequence[pl.Series]) -> list[list[Codes]]:
    """Return each table's columns of labels as codes that are the same in all of them."""
    found: list[list[Codes]] = [[] for _ in tables]
    for parts in zip(*tables, strict=True):
        codes = code_flat(pl.concat(parts)).codes
        ends = np.cumsum([len(part) for part in parts])[:-1]
        for table, part in zip(found, np.split(codes, ends), strict=True):
            table.append(part)
    return found


def _sensitive(
    model: TableModel,
    columns: Sequence[Codes],
    one: Sensitive,
    inside: Doubles,
    report: dict[str, Any],
) -> Iterator[str]:
    classes = verify.classes(columns, one.codes)
    wanted = model.diversity
    found = classes.diversity(wanted.l if wanted else 2)
    distance = model.closeness.distance if model.closeness else Distance.EQUAL
    reached = classes.closeness(one.attribute, distance)
    report["l"][one.name] = {
        "distinct": found.distinct,
        "entropy": found.entropy,
        "recursive_c": found.recursive_c if math.isfinite(found.recursive_c) else None,
    }
    # A distance to the whole input table would tell the values of the rows that were left out: the
    # model is held to that one, the recipient is told the one that can be measured on the release.
    report["t"][one.name] = classes.closeness(Attribute(inside, one.attribute.up), distance)
    if len(one.codes) and wanted and not _is_diverse(wanted, found):
        yield f"l of {one.name}"
    if model.closeness and reached > model.closeness.t + _ROUNDING:
        yield f"t of {one.name}"


def _is_diverse(wanted: Diversity, found: Diverse) -> bool:
    if wanted.kind is DiversityKind.DISTINCT:
        return found.distinct >= wanted.l
    if wanted.kind is DiversityKind.ENTROPY:
        return found.entropy >= wanted.l * (1 - _ROUNDING)
    return found.recursive_c < wanted.c * (1 + _ROUNDING)


def absent(model: TableModel) -> InvalidError:
    """Return the refusal of a table that has no row of a class of its population."""
    return InvalidError(
        f"达不到 {model.demanded}：总体中有的等价类在表中没有一行",
        field="table", rule="δ-presence（GB/T 37964-2019）",
        remedy="请把准标识符泛化得更粗，或把 δ 的下限改为 0",
    )  # fmt: skip


def placed(
    model: TableModel, mine: Longs, people: Longs, left_out: Longs
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the report's parts `delta` and `k_map`, and what is not kept.

    Class by class: rows that are released, persons of the population, rows that are left out.
    Raises InvalidError if the population does not hold the table.
    """
    if (mine > people).any():
        raise InvalidError(
            "总体表不含本表的全部行：有的等价类在总体中反而更少",
            field="population", rule="δ-presence、k-map", remedy="请提供包含本表各行的总体表",
        )  # fmt: skip
    there = mine > 0
    delta = mine / np.maximum(people, 1)
    # Who is in no class of the table is told apart only if a least presence is promised. A class
    # that was left out tells nothing of its people: they may be among the rows left out.
    promised = model.presence is not None and model.presence.least > 0
    asked = delta[there | (left_out == 0)] if promised else delta[there]
    least, most = float(asked.min(initial=1.0)), float(delta.max(initial=0.0))
    k_map = int(people[there].min()) if there.any() else 0
    broken = []
    if model.k_map is not None and there.any() and k_map < model.k_map:
        broken.append("k_map")
    if model.presence is not None and there.any():
        below = least < model.presence.least - _ROUNDING
        if below or most > model.presence.most + _ROUNDING:
            broken.append("delta_presence")
    return {"delta": {"least": least, "most": most}, "k_map": k_map}, tuple(broken)
