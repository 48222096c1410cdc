"""How are the parts of a plan's document that speak of tables read and written?"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, TypeVar

from anonymize.plan.document import given, read_names, refuse_unknown_keys
from anonymize.plan.hierarchy import OwnHierarchy
from anonymize.plan.model import (
    Algorithm,
    Closeness,
    Distance,
    Diversity,
    DiversityKind,
    Presence,
    TableModel,
)
from kernel.errors import InvalidError, Problem

_RULE: Final = "脱敏方案格式"
_KEYS: Final = frozenset({"k", "quasi_identifiers", "sensitive", "suppression_limit"})
_KEYS_2: Final = _KEYS | {"algorithm", "l", "t", "delta_presence", "k_map", "weights"}

Word = TypeVar("Word", bound=StrEnum)


def read_table(value: Mapping[str, Any], version: int) -> TableModel:
    """Return the table model; `sensitive` may be left out, `suppression_limit` counts as 0."""
    refuse_unknown_keys(value, _KEYS if version == 1 else _KEYS_2, "table")
    return TableModel(
        k=given(value, "k", "table"),
        quasi_identifiers=read_names(
            given(value, "quasi_identifiers", "table"), "table.quasi_identifiers"
        ),
        sensitive=read_names(value.get("sensitive", []), "table.sensitive"),
        suppression_limit=value.get("suppression_limit", 0.0),
        algorithm=_word(Algorithm, value.get("algorithm", Algorithm.FIXED), "table.algorithm"),
        diversity=_diversity(value["l"]) if "l" in value else None,
        closeness=_closeness(value["t"]) if "t" in value else None,
        presence=_presence(value["delta_presence"]) if "delta_presence" in value else None,
        k_map=value.get("k_map"),
        weights=_object(value.get("weights", {}), "table.weights"),
    )


def table_document(model: TableModel) -> dict[str, Any]:
    """Return the model's document: what version 1 says, and of version 2 only what is asked for."""
    document: dict[str, Any] = {
        "k": model.k,
        "quasi_identifiers": list(model.quasi_identifiers),
        "sensitive": list(model.sensitive),
        "suppression_limit": model.suppression_limit,
    }
    later: dict[str, Any] = {
        "algorithm": None if model.algorithm is Algorithm.FIXED else model.algorithm.value,
        "l": model.diversity and _diversity_document(model.diversity),
        "t": model.closeness and _closeness_document(model.closeness),
        "delta_presence": model.presence
        and {"least": model.presence.least, "most": model.presence.most},
        "k_map": model.k_map,
        "weights": dict(model.weights) or None,
    }
    return document | {name: part for name, part in later.items() if part is not None}


def read_hierarchies(value: object) -> dict[str, OwnHierarchy]:
    """Return column → own hierarchy; raises InvalidError with every faulty column."""
    found: dict[str, OwnHierarchy] = {}
    problems: list[Problem] = []
    for name, document in _object(value, "hierarchies").items():
        try:
            found[name] = _hierarchy(document, f"hierarchies.{name}")
        except InvalidError as error:
            problems += [
                Problem(one.message, f"hierarchies.{name}", one.rule, one.remedy)
                for one in error.problems
            ]
    if problems:
        raise InvalidError.of(tuple(problems))
    return found


def _hierarchy(document: object, place: str) -> OwnHierarchy:
    refuse_unknown_keys(document, frozenset({"levels", "values"}), place)
    part = _object(document, place)
    values = _object(given(part, "values", place), f"{place}.values")
    return OwnHierarchy(
        read_names(given(part, "levels", place), f"{place}.levels"),
        {value: read_names(path, f"{place}.values") for value, path in values.items()},
    )


def _diversity(value: object) -> Diversity:
    refuse_unknown_keys(value, frozenset({"kind", "l", "c"}), "table.l")
    part = _object(value, "table.l")
    return Diversity(
        _word(DiversityKind, given(part, "kind", "table.l"), "table.l.kind"),
        given(part, "l", "table.l"),
        part.get("c", 0.0),
    )


def _diversity_document(part: Diversity) -> dict[str, Any]:
    document = {"kind": part.kind.value, "l": part.l}
    return document | ({"c": part.c} if part.c else {})


def _closeness_document(part: Closeness) -> dict[str, Any]:
    order = {name: list(values) for name, values in part.order.items()}
    document = {"t": part.t, "distance": part.distance.value}
    return document | ({"order": order} if order else {})


def _closeness(value: object) -> Closeness:
    refuse_unknown_keys(value, frozenset({"t", "distance", "order"}), "table.t")
    part = _object(value, "table.t")
    order = _object(part.get("order", {}), "table.t.order")
    return Closeness(
        given(part, "t", "table.t"),
        _word(Distance, part.get("distance", Distance.EQUAL), "table.t.distance"),
        {name: read_names(values, "table.t.order") for name, values in order.items()},
    )


def _presence(value: object) -> Presence:
    refuse_unknown_keys(value, frozenset({"least", "most"}), "table.delta_presence")
    part = _object(value, "table.delta_presence")
    return Presence(
        given(part, "least", "table.delta_presence"), given(part, "most", "table.delta_presence")
    )


def _word(words: type[Word], value: object, place: str) -> Word:
    try:
        return words(str(value))
    except ValueError:
        raise InvalidError(
            f"{place} 不认识“{value}”", field=place, rule=_RULE, remedy=f"可用：{'、'.join(words)}"
        ) from None


def _object(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise InvalidError(f"{place} 必须是对象", field=place, rule=_RULE, remedy="请填写对象")
    return value
