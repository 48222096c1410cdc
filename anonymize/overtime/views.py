"""In which classes does a release show its pupils? One view for each way in which it groups them.

A table groups by its quasi-identifiers; suppressed rows are in no class. A protected statistic
tells sums: of its cohort, by column, by cell. Sums of one release by different columns do not tell
how these cross, so each is a view with a chain of its own, intersected with the same columns of
other releases only. In the chain of tables a statistic stands with its cohort, and where it tells
of a column that is no quasi-identifier, with the groups by which it tells of it.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from anonymize.overtime.blocks import Pupil
from anonymize.statistics.counts import MISSING, TOTAL

ROWS: Final = ""
"""The chain of tables, in which every release stands."""

Values = Mapping[str, str | None]
"""A pupil's fields in the form in which they are told."""

Line = tuple[str, ...]
"""The labels of one line of a statistic, in the order of its columns."""

_REST: Final = "\0rest"


@dataclass(frozen=True, slots=True)
class View:
    """Pupils in classes. Views of one `chain` are intersected over all releases; chains are not."""

    chain: str
    classes: Mapping[Pupil, Hashable]


def of_table(
    pupils: Sequence[Pupil], rows: Sequence[Values], quasi_identifiers: Sequence[str]
) -> View:
    """Return the view of a k-anonymous table: row i is of pupil i."""
    return View(
        ROWS,
        {
            pupil: tuple(row.get(name) for name in quasi_identifiers)
            for pupil, row in zip(pupils, rows, strict=True)
        },
    )


def of_statistics(
    pupils: Sequence[Pupil],
    rows: Sequence[Values],
    statistics: Sequence[Mapping[str, Any]],
    quasi_identifiers: Collection[str],
) -> list[View]:
    """Return the views of the statistics that leave together; none if they tell nothing.

    `rows[i]` holds the told values of pupil i, `statistics` are documents with `by` and `cells`. A
    hidden cell belongs to what remains of the smallest total told around it, and if there is none,
    its pupils are in no class. Noisy statistics (`epsilon`) have a budget of their own.
    """
    parts: dict[str, list[Mapping[Pupil, Hashable]]] = defaultdict(list)
    for by, told, unknown in _merged(statistics, quasi_identifiers):
        lines = [tuple(_named(row.get(name)) for name in by) for row in rows]
        for places in _choices(len(by)):
            chain = ",".join(by[place] for place in places)
            parts[chain].append(_classes(pupils, lines, told, places))
        known = [place for place, name in enumerate(by) if name in quasi_identifiers]
        parts[ROWS].append(_classes(pupils, lines, told, known if unknown else []))
    return [View(chain, _crossed(classes)) for chain, classes in parts.items()]


def _merged(
    statistics: Sequence[Mapping[str, Any]], quasi_identifiers: Collection[str]
) -> list[tuple[tuple[str, ...], frozenset[Line], bool]]:
    """Return columns, told lines, and whether they tell of a column that is no quasi-identifier."""
    found: dict[tuple[str, ...], tuple[frozenset[Line], bool]] = {}
    for document in statistics:
        if "epsilon" in document or not (told := _told(document)):
            continue
        by = tuple(str(name) for name in document["by"])
        of = {str(document["of"])} if "of" in document else set()
        before, unknown = found.get(by, (frozenset[Line](), False))
        found[by] = before | told, unknown or not {*by, *of} <= set(quasi_identifiers)
    return [(by, told, unknown) for by, (told, unknown) in found.items()]


def _choices(columns: int) -> list[list[int]]:
    """Return the non-empty choices among one or two columns."""
    return [[place] for place in range(columns)] + ([[0, 1]] if columns > 1 else [])


def _crossed(parts: Sequence[Mapping[Pupil, Hashable]]) -> Mapping[Pupil, Hashable]:
    if len(parts) == 1:
        return parts[0]
    pupils = {pupil for part in parts for pupil in part}
    return {pupil: tuple(part.get(pupil) for part in parts) for pupil in pupils}


def _classes(
    pupils: Sequence[Pupil], lines: Sequence[Line], told: frozenset[Line], places: Sequence[int]
) -> dict[Pupil, Hashable]:
    """Return each pupil's class by the columns at these places, as far as it is told."""
    shown = {_only(line, places) for line in told}
    everything = _only(lines[0], ()) if lines else ()
    found: dict[Line, Hashable] = {}
    for line in set(lines):
        around = [_only(line, places), *(_only(line, [place]) for place in places)]
        first = next((one for one in around if one in shown), None)
        if first is None and everything in told:
            first = everything
        if first is not None:
            found[line] = first if first == around[0] else (_REST, *first)
    return {pupil: found[line] for pupil, line in zip(pupils, lines, strict=True) if line in found}


def _only(line: Line, places: Collection[int]) -> Line:
    return tuple(value if place in places else TOTAL for place, value in enumerate(line))


def _told(document: Mapping[str, Any]) -> frozenset[Line]:
    """Return the lines of which anything at all is told."""
    by = document["by"]
    return frozenset(
        tuple(str(cell[name]) for name in by)
        for cell in document["cells"]
        if any(value is not None for name, value in cell.items() if name not in by)
    )


def _named(value: str | None) -> str:
    return MISSING if value is None else value
