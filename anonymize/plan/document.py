"""How are the parts of a plan's JSON document read, and what is refused?"""

from collections.abc import Mapping
from typing import Any, Final

from anonymize.plan.model import Count
from anonymize.plan.treatment import Treatment
from kernel.errors import InvalidError, Problem

_RULE: Final = "脱敏方案格式"
_COUNT_KEYS: Final = frozenset({"kind", "by", "threshold"})
_LATER: Final = frozenset({
    "l", "t", "delta_presence", "k_map", "weights", "hierarchies", "epsilon", "algorithm",
})  # fmt: skip
"""Keys of versions to come: named, so that a plan that counts on them fails with that reason."""


def refuse_unknown_keys(document: object, known: frozenset[str], place: str) -> None:
    """Raise InvalidError if the part is no object or has a key that this version does not know."""
    if not isinstance(document, Mapping):
        raise InvalidError(
            f"{place or '脱敏方案'}必须是对象", field=place, rule=_RULE, remedy="请填写对象"
        )
    unknown = sorted(str(key) for key in document if key not in known)
    if unknown:
        raise InvalidError.of(
            tuple(
                Problem(
                    f"{'尚未提供的' if key in _LATER else '不认识的'}键“{key}”",
                    f"{place}.{key}".lstrip("."), _RULE, "请去掉该键",
                )
                for key in unknown
            )
        )  # fmt: skip


def read_fields(value: object) -> dict[str, Treatment]:
    """Return field → treatment; raises InvalidError with every faulty field."""
    if not isinstance(value, Mapping):
        raise InvalidError(
            "fields 必须是对象", field="fields", rule=_RULE, remedy="请写成 字段: 处理方式"
        )
    fields: dict[str, Treatment] = {}
    problems: list[Problem] = []
    for name, form in value.items():
        if not isinstance(name, str) or not name or not isinstance(form, str):
            problems.append(Problem("字段名与处理方式必须是文字", f"fields.{name}", _RULE))
            continue
        try:
            fields[name] = Treatment.parse(form)
        except InvalidError as error:
            problem = error.problems[0]
            problems.append(
                Problem(problem.message, f"fields.{name}", problem.rule, problem.remedy)
            )
    if problems:
        raise InvalidError.of(tuple(problems))
    return fields


def read_count(value: Mapping[str, Any]) -> Count:
    """Return one count; `kind` may be left out, for there is no other kind yet."""
    refuse_unknown_keys(value, _COUNT_KEYS, "statistics")
    if value.get("kind", "count") != "count":
        raise InvalidError(
            "只提供人数统计", field="statistics.kind", rule=_RULE, remedy="请填写 count"
        )
    return Count(
        by=read_names(given(value, "by", "statistics"), "statistics.by"),
        threshold=given(value, "threshold", "statistics"),
    )


def read_names(value: object, place: str) -> tuple[str, ...]:
    """Return a list of field names as written; raises InvalidError if it is anything else."""
    if not isinstance(value, list | tuple) or not all(isinstance(n, str) and n for n in value):
        raise InvalidError(
            f"{place} 必须是字段名的列表", field=place, rule=_RULE, remedy="请填写列表"
        )
    return tuple(value)


def read_subject(value: object) -> str | None:
    """Return the name of the subject's column, or None if there is none."""
    if value is not None and not (isinstance(value, str) and value):
        raise InvalidError(
            "subject 必须是字段名", field="subject", rule=_RULE, remedy="请填写例如 student_number"
        )
    return value


def given(value: Mapping[str, Any], key: str, place: str) -> Any:  # noqa: ANN401  JSON, checked by the model
    """Return what the part says under the key; raises InvalidError if it says nothing."""
    if key not in value:
        raise InvalidError(
            f"缺少 {place}.{key}", field=f"{place}.{key}", rule=_RULE, remedy="请填写"
        )
    return value[key]
