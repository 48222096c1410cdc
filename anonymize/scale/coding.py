"""Which codes stand for a column's values, and which levels may they be coarsened to? Heavy.

Worked out from the distinct values alone, so a column of ten million rows costs its dictionary.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from anonymize.fields.hierarchies import HIERARCHIES
from anonymize.fields.value import is_missing, transform
from anonymize.plan import treatment as forms
from anonymize.plan.hierarchy import ANY, VALUE, OwnHierarchy
from anonymize.plan.model import Algorithm
from anonymize.plan.plan import Plan
from anonymize.plan.treatment import OWN, Kind, Treatment
from anonymize.tables.coded import Codes, Hierarchy

ABSENT: Final = ""
"""The label of a value that is missing or was dropped; it leaves as null."""

_Form = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Coding:
    """`leaf[i]` is the leaf of the i-th distinct value.

    `missing[i]` and `malformed[i]` tell that the value is absent, or not known to its treatment.
    """

    hierarchy: Hierarchy
    leaf: Codes
    missing: tuple[bool, ...]
    malformed: tuple[bool, ...]


def code(name: str, values: Sequence[str | None], plan: Plan, key: bytes) -> Coding:
    """Return the coding of a field of the plan, given its distinct values in any order.

    The finest level is the plan's form. Where the plan's algorithm searches, coarser levels follow
    the form's hierarchy; the last is always `*`. Equal sets of values have equal hierarchies.
    """
    levels = _levels(name, plan, key)
    # An empty table still has a leaf: a hierarchy of nothing has no name for anything.
    paths = {} if values else {ABSENT: [*[ABSENT] * len(levels), ANY]}
    finest, missing, malformed = [], [], []
    for value in values:
        gone = is_missing(value)
        path = None if value is None or gone else _path(value, levels)
        finest.append(path[0] if path else ABSENT)
        paths[finest[-1]] = [*(path or [ABSENT] * len(levels)), ANY]
        missing.append(gone)
        malformed.append(path is None and not gone)
    ordered = sorted(paths)
    place = {label: number for number, label in enumerate(ordered)}
    return Coding(
        hierarchy_of(name, [paths[label] for label in ordered]),
        np.array([place[label] for label in finest], np.int32),
        tuple(missing),
        tuple(malformed),
    )


def hierarchy_of(name: str, paths: Sequence[Sequence[str]]) -> Hierarchy:
    """Return the hierarchy of lines `value, level 1, …`; codes follow the order of the labels."""
    labels, up = [], []
    for level in zip(*paths, strict=True):
        words = sorted(set(level))
        place = {word: number for number, word in enumerate(words)}
        labels.append(tuple(words))
        up.append(np.array([place[word] for word in level], np.int32))
    return Hierarchy(name, tuple(labels), tuple(up))


def _path(value: str, levels: Sequence[_Form]) -> list[str] | None:
    """Return the value's label at each level; a kept value that no level knows is below `*`."""
    finest = levels[0](value)
    if finest is None:
        return None
    return [finest, *(level(value) or ANY for level in levels[1:])]


def _levels(name: str, plan: Plan, key: bytes) -> list[_Form]:
    """Return the field's form and, if there is a search, the coarser levels but the last."""
    form, own = plan.fields[name], plan.hierarchies.get(name)
    if own is not None and (form.style == OWN or form.kind is Kind.KEEP):
        return _own(form, own, searches=_searches(plan, name))
    levels = [transform(form, key)]
    style = form.style if form.kind is Kind.GENERALIZE else name
    known = form.kind in (Kind.KEEP, Kind.GENERALIZE) and style in HIERARCHIES
    if not known or not _searches(plan, name):
        return levels
    names = tuple(forms.HIERARCHIES[style])
    coarser = names[names.index(form.level) + 1 :] if form.level else names
    return levels + [transform(Treatment(Kind.GENERALIZE, style, one), key) for one in coarser]


def _own(form: Treatment, own: OwnHierarchy, *, searches: bool) -> list[_Form]:
    names = (VALUE, *own.levels[:-1])
    if form.level == own.levels[-1]:
        return [partial(own.generalize, level=form.level)]
    first = names.index(form.level) if form.level else 0
    last = len(names) if searches else first + 1
    return [partial(own.generalize, level=one) for one in names[first:last]]


def _searches(plan: Plan, name: str) -> bool:
    model = plan.table
    if model is None or model.algorithm is Algorithm.FIXED:
        return False
    return name in model.quasi_identifiers
