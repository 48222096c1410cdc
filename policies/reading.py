"""How does a policy come from its data files, or from a pinned document, and never half-valid?"""

import tomllib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from kernel.canonical import digest
from kernel.errors import InvalidError
from policies.catalogue import Field
from policies.model import Law, Noise, Policy, Privacy, Purpose, RetentionClass, Station
from policies.validation import validate

Value = TypeVar("Value")

FILES = ("catalogue", "purposes", "grounds", "chain", "retention", "privacy")
GUARDIANS = (("guardian1", "监护人1"), ("guardian2", "监护人2"))


@cache
def load() -> Policy:
    """Return the policy of this installation, read and validated once."""
    return load_from(resources.files("policies") / "data")


def load_from(folder: Traversable) -> Policy:
    """Return the policy of a folder; raises InvalidError naming the file and key at fault."""
    return parse({name: _toml(folder / f"{name}.toml") for name in FILES})


def parse(document: Mapping[str, Any]) -> Policy:
    """Return the policy of a document as kept by `Policy.document` (for replaying a pinned one).

    Raises InvalidError naming the file and key of an unknown, missing or contradictory entry.
    """
    if set(document) != set(FILES):
        raise _fault("policies", "/", f"应当恰有 {'、'.join(FILES)} 六部分")
    purposes = _section("purposes", document, {"recipient_kinds", "obligations", "purposes"})
    laws = _section("grounds", document, {"laws"})
    stations = _section("chain", document, {"stations"})
    retention = _entries("retention", "/", document["retention"])
    privacy = _privacy(document["privacy"])
    policy = Policy(
        version=privacy.version,
        digest=digest(dict(document)),
        document=MappingProxyType(dict(document)),
        catalogue=MappingProxyType(_catalogue(document)),
        purposes=_named(Purpose, "purposes", purposes["purposes"], "code"),
        grounds=_named(Law, "grounds", laws["laws"], "id"),
        recipient_kinds=_value(Mapping[str, str], "purposes", "", purposes["recipient_kinds"]),
        obligations=_value(Mapping[str, str], "purposes", "", purposes["obligations"]),
        chain=tuple(
            _value(Station, "chain", f"stations.{place}", entry)
            for place, entry in enumerate(_value(list[Any], "chain", "", stations["stations"]))
        ),
        retention=_named(RetentionClass, "retention", retention, "name"),
        privacy=privacy,
    )
    validate(policy)
    return policy


def _privacy(document: Any) -> Privacy:  # noqa: ANN401  not yet validated
    part = dict(_entries("privacy", "/", document))
    noise = part.pop("noise", None)
    privacy: Privacy = _value(Privacy, "privacy", "", part)
    return (
        privacy
        if noise is None
        else replace(privacy, noise=_value(Noise, "privacy", "noise", noise))
    )


def _catalogue(document: Mapping[str, Any]) -> dict[str, Field]:
    parts = _section("catalogue", document, {"student", "system", "guardian"})
    entries = [
        (name, f"{part}.{name}", entry)
        for part in ("student", "system")
        for name, entry in _entries("catalogue", part, parts[part]).items()
    ]
    entries += [
        (f"{block}_{name}", f"guardian.{name}", _titled(entry, title))
        for block, title in GUARDIANS
        for name, entry in _entries("catalogue", "guardian", parts["guardian"]).items()
    ]
    catalogue: dict[str, Field] = {}
    for name, key, entry in entries:
        if name in catalogue:
            raise _fault("catalogue", key, "字段重名")
        catalogue[name] = _value(Field, "catalogue", key, entry, name=name)
    return catalogue


def _titled(entry: Any, title: str) -> Any:  # noqa: ANN401  not yet validated
    if isinstance(entry, Mapping) and isinstance(entry.get("title"), str):
        return {**entry, "title": f"{title}{entry['title']}"}
    return entry


def _named(
    shape: type[Value], file: str, entries: Mapping[str, Any], key: str
) -> Mapping[str, Value]:
    return MappingProxyType(
        {
            name: _value(shape, file, name, entry, **{key: name})
            for name, entry in _entries(file, file, entries).items()
        }
    )


def _value(shape: Any, file: str, path: str, entry: Any, **more: str) -> Any:  # noqa: ANN401  pydantic checks it
    """Return the entry as the shape; raises InvalidError for unknown, missing or mistyped keys."""
    for key in more:
        if key in _entries(file, path, entry):
            raise _fault(file, f"{path}.{key}", "由表名给出，不得另写")
    if is_dataclass(shape) and isinstance(entry, Mapping):
        for key in sorted(set(entry) - {known.name for known in fields(shape)}):
            raise _fault(file, f"{path}.{key}".strip("."), "未知的键")
    try:
        return _adapter(shape).validate_python({**entry, **more} if more else entry)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join([path, *map(str, first["loc"])]).strip(".") or "/"
        raise _fault(file, where, first["msg"]) from error


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:  # noqa: ANN401  any of the shapes above
    return TypeAdapter(shape)


def _section(file: str, document: Mapping[str, Any], keys: set[str]) -> Mapping[str, Any]:
    part = _entries(file, "/", document[file])
    for key in sorted(set(part) ^ keys):
        raise _fault(file, key, "未知或者缺少的部分")
    return part


def _entries(file: str, key: str, entry: Any) -> Mapping[str, Any]:  # noqa: ANN401  not yet validated
    if not isinstance(entry, Mapping):
        raise _fault(file, key, "应当是一个表")
    return entry


def _toml(path: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _fault(path.name.removesuffix(".toml"), "/", f"无法读取：{error}") from error


def _fault(file: str, key: str, message: str) -> InvalidError:
    return InvalidError(
        f"政策文件 {file}.toml 的 {key}：{message}",
        field=f"{file}.toml:{key}",
        rule="政策文件须完整、无未知项、不自相矛盾",
        remedy="请更正该文件后重新启动",
    )
