"""How is one statistic of a plan's document read, and what is refused?"""

from collections.abc import Mapping
from typing import Any, Final

from anonymize.plan.document import given, read_names, refuse_unknown_keys
from anonymize.plan.epsilon import nano_epsilon
from anonymize.plan.noise import Noise, Noisy, NoisyCount, NoisyHistogram, NoisyMean, NoisyRate
from anonymize.plan.query import Count, Mean, Protected, Rate, invalid
from kernel.errors import InvalidError

_PLACE: Final = "statistics"
_COUNT_KEYS: Final = frozenset({"kind", "by", "threshold"})
_HIDING: Final = {
    "count": _COUNT_KEYS,
    "rate": _COUNT_KEYS | {"of", "value"},
    "mean": _COUNT_KEYS | {"of"},
}
_NOISE: Final = {
    "count": frozenset({"kind", "by", "epsilon", "values"}),
    "rate": frozenset({"kind", "by", "epsilon", "values", "of", "value"}),
    "mean": frozenset({"kind", "by", "epsilon", "values", "of", "bounds"}),
    "histogram": frozenset({"kind", "of", "edges", "epsilon"}),
}

Query = Protected | Noisy


def read_query(value: object, version: int) -> Query:
    """Return one statistic; `kind` may be left out for a count.

    Version 1 knows counts with a threshold only. Raises InvalidError naming what is wrong.
    """
    if not isinstance(value, Mapping):
        raise invalid("统计必须是对象", _PLACE, "请填写对象")
    if version == 1:
        return _version_1(value)
    kind = value.get("kind", "count")
    if "epsilon" in value and "threshold" in value:
        raise invalid("阈值与噪声只能选一种", f"{_PLACE}.epsilon", "请只保留 threshold 或 epsilon")
    known = _NOISE if "epsilon" in value else _HIDING
    if not isinstance(kind, str) or kind not in known:
        raise invalid(
            f"不认识的统计“{kind}”（分布直方图只提供含噪的）", f"{_PLACE}.kind",
            "可用：count、rate、mean、histogram",
        )  # fmt: skip
    refuse_unknown_keys(value, known[kind], _PLACE)
    return _noisy(kind, value) if "epsilon" in value else _protected(kind, value)


def _version_1(value: Mapping[str, Any]) -> Count:
    refuse_unknown_keys(value, _COUNT_KEYS, _PLACE)
    if value.get("kind", "count") != "count":
        raise InvalidError(
            "版本 1 只提供人数统计", field=f"{_PLACE}.kind", rule="脱敏方案格式",
            remedy="请填写 count，或者把 version 写成 2",
        )  # fmt: skip
    return Count(
        read_names(given(value, "by", _PLACE), f"{_PLACE}.by"), given(value, "threshold", _PLACE)
    )


def _protected(kind: str, value: Mapping[str, Any]) -> Protected:
    threshold = given(value, "threshold", _PLACE)
    if kind == "count":
        return Count(read_names(given(value, "by", _PLACE), f"{_PLACE}.by"), threshold)
    by, of = _by(value), _name(value)
    if kind == "rate":
        return Rate(of, given(value, "value", _PLACE), by, threshold)
    return Mean(of, by, threshold)


def _noisy(kind: str, value: Mapping[str, Any]) -> Noisy:
    nano = nano_epsilon(value["epsilon"], f"{_PLACE}.epsilon")
    if kind == "histogram":
        return NoisyHistogram(_name(value), _numbers(value, "edges"), Noise(nano))
    by, noise = _by(value), Noise(nano, _values(value.get("values", {})))
    if kind == "count":
        return NoisyCount(by, noise)
    if kind == "rate":
        return NoisyRate(_name(value), given(value, "value", _PLACE), by, noise)
    low_high = _numbers(value, "bounds")
    return NoisyMean(_name(value), low_high, by, noise)


def _by(value: Mapping[str, Any]) -> tuple[str, ...]:
    return read_names(value.get("by", []), f"{_PLACE}.by")


def _name(value: Mapping[str, Any]) -> str:
    of = given(value, "of", _PLACE)
    if not isinstance(of, str) or not of:
        raise invalid("of 必须是一个字段名", f"{_PLACE}.of", "请填写字段名")
    return of


def _numbers(value: Mapping[str, Any], key: str) -> tuple[Any, ...]:
    numbers = given(value, key, _PLACE)
    if not isinstance(numbers, list | tuple):
        raise invalid(f"{key} 必须是数的列表", f"{_PLACE}.{key}", "请填写列表")
    return tuple(numbers)


def _values(value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        raise invalid(
            "values 必须写成 字段: [取值]", f"{_PLACE}.values", "请为每个分组字段列出取值"
        )
    return {str(name): read_names(one, f"{_PLACE}.values.{name}") for name, one in value.items()}
