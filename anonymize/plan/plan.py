"""What will anonymize do? The plan: one treatment a field, a model for tables, counts.

Declarative, versioned (docs/adr/0003-plan-schema.md) and checked when it is made: a plan that
would emit a direct identifier raw cannot be built, neither from a document nor by hand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from anonymize.plan.document import (
    read_fields,
    read_names,
    read_subject,
    refuse_unknown_keys,
)
from anonymize.plan.field_rules import class_problems, field_problems, subject_problems
from anonymize.plan.hierarchy import RULE, OwnHierarchy
from anonymize.plan.model import Distance, TableModel
from anonymize.plan.names import KNOWN_OUTSIDE, OTHER_NAMES
from anonymize.plan.noise import total_epsilon
from anonymize.plan.query import Count
from anonymize.plan.query_document import Query, read_query
from anonymize.plan.query_rules import measured_columns, query_problems
from anonymize.plan.tabular import read_hierarchies, read_table, table_document
from anonymize.plan.treatment import OWN, TRACEABLE, Kind, Treatment
from kernel.canonical import digest
from kernel.errors import InvalidError, Problem

VERSIONS: Final = (1, 2)
ANONYMIZED: Final = "匿名化"
DEIDENTIFIED: Final = "去标识化"

ALWAYS_DIRECT: Final = frozenset({
    "name", "former_name", "name_pinyin", "document_number", "student_number", "local_number",
    "phone", "email", "homepage", "current_address", "mailing_address", "home_address",
}) | {
    f"guardian{number}_{part}"
    for number in (1, 2)
    for part in ("name", "phone", "document_number", "address", "domicile", "workplace")
} | OTHER_NAMES  # fmt: skip
"""Fields that name a person by themselves, whatever the caller's list says."""

NEVER_RAW: Final = ALWAYS_DIRECT | {"domicile"}
"""Fields that may not be kept: a raw 户口所在地 is an address, generalized it is none."""

_RULE: Final = "个人信息保护法第七十三条；GB/T 37964-2019"
_KEYS: Final = frozenset({"version", "fields", "direct_identifiers", "table", "statistics"})
_KEYS_2: Final = _KEYS | {"hierarchies", "subject"}


@dataclass(frozen=True, slots=True)
class Plan:
    """An immutable, valid plan. Fields not in it never leave; fields are kept in name order.

    `subject` is the column by whose number dates are shifted; it need not leave.
    """

    fields: Mapping[str, Treatment]
    table: TableModel | None = None
    statistics: tuple[Query, ...] = ()
    direct_identifiers: frozenset[str] = frozenset()
    hierarchies: Mapping[str, OwnHierarchy] = field(default_factory=dict)
    subject: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", MappingProxyType(dict(sorted(self.fields.items()))))
        own = MappingProxyType(dict(sorted(self.hierarchies.items())))
        object.__setattr__(self, "hierarchies", own)
        if problems := tuple(_contradictions(self)):
            raise InvalidError.of(problems)

    @staticmethod
    def parse(document: Mapping[str, Any]) -> "Plan":
        """Return the plan of a JSON document; raises InvalidError naming all that is wrong."""
        refuse_unknown_keys(document, _KEYS_2, "")
        version = document.get("version")
        if isinstance(version, bool) or version not in VERSIONS:
            raise InvalidError(
                "脱敏方案的版本不受支持",
                field="version", rule="脱敏方案格式", remedy="请填写 1 或 2",
            )  # fmt: skip
        refuse_unknown_keys(document, _KEYS if version == 1 else _KEYS_2, "")
        table = document.get("table")
        plan = Plan(
            fields=read_fields(document.get("fields")),
            table=None if table is None else read_table(table, version),
            statistics=tuple(
                read_query(item, version) for item in _list(document.get("statistics", []))
            ),
            direct_identifiers=frozenset(
                read_names(document.get("direct_identifiers", []), "direct_identifiers")
            ),
            hierarchies=read_hierarchies(document.get("hierarchies", {})),
            subject=read_subject(document.get("subject")),
        )
        if plan.version > version:
            raise InvalidError(
                "方案用到了第 2 版的内容，却写明是第 1 版",
                field="version", rule="脱敏方案格式", remedy="请填写 2",
            )  # fmt: skip
        return plan

    def document(self) -> dict[str, Any]:
        """Return the JSON document; equal plans have equal documents and digests.

        What version 1 can say is written in version 1, so its digest never changes.
        """
        document: dict[str, Any] = {
            "version": self.version,
            "fields": {name: str(treatment) for name, treatment in self.fields.items()},
            "direct_identifiers": sorted(self.direct_identifiers),
            "table": None if self.table is None else table_document(self.table),
            "statistics": [query.document() for query in self.statistics],
        }
        if self.hierarchies:
            document["hierarchies"] = {
                name: own.document() for name, own in self.hierarchies.items()
            }
        if self.subject:
            document["subject"] = self.subject
        return document

    @property
    def version(self) -> int:
        """The least version that can say this plan."""
        second = self.hierarchies or self.subject or any(how.second for how in self.fields.values())
        model = self.table is None or self.table.is_version_1
        counts = all(isinstance(query, Count) for query in self.statistics)
        return 1 if model and counts and not second else 2

    @property
    def digest(self) -> str:
        """`sha256:…` of the document's canonical bytes: what an approver signs."""
        return digest(self.document())

    @property
    def epsilon(self) -> int:
        """What its statistics take from a budget, in billionths of ε; 0 without noise."""
        return total_epsilon(self.statistics)

    @property
    def measured(self) -> frozenset[str]:
        """Names of the fields of which nothing but means and histograms leave: they are numbers."""
        return frozenset() if self.table else measured_columns(self.statistics)

    @property
    def emitted(self) -> tuple[str, ...]:
        """Names of the fields that leave in some form, in order."""
        return tuple(name for name, how in self.fields.items() if how.kind is not Kind.DROP)

    @property
    def shifts(self) -> bool:
        """Tell whether a date is shifted."""
        return any(how.kind is Kind.DATE for how in self.fields.values())

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the columns that a table must have, in order: what leaves, and the subject."""
        return tuple(sorted({*self.emitted, *([self.subject] if self.subject else [])}))

    @property
    def label(self) -> str:
        """匿名化 or 去标识化 (PIPL art. 73).

        匿名化 only if no direct identifier and no form that keeps a trace of one person (TRACEABLE)
        is in it, and either nothing but counts leaves or every field that leaves is a
        quasi-identifier or sensitive column of a k-model; what everybody knows (KNOWN_OUTSIDE) must
        be a quasi-identifier. All else is still personal data.
        """
        if any(self.fields[name].kind in TRACEABLE for name in self.emitted):
            return DEIDENTIFIED
        if any(is_direct(self, name) for name in self.emitted):
            return DEIDENTIFIED
        if self.table is None:
            return ANONYMIZED if self.statistics else DEIDENTIFIED
        quasi = {*self.table.quasi_identifiers}
        modelled = quasi | {*self.table.sensitive} - KNOWN_OUTSIDE
        return ANONYMIZED if modelled.issuperset(self.emitted) else DEIDENTIFIED


def is_direct(plan: Plan, name: str) -> bool:
    """Tell whether the field names a person by itself, by the plan or by ALWAYS_DIRECT."""
    return name in plan.direct_identifiers or name in ALWAYS_DIRECT


def _contradictions(plan: Plan) -> Iterable[Problem]:
    direct = frozenset(name for name in plan.fields if is_direct(plan, name))
    yield from field_problems(plan.fields, direct, NEVER_RAW)
    yield from subject_problems(plan.fields, plan.subject, plan.direct_identifiers | ALWAYS_DIRECT)
    if plan.table is not None:
        named = (*plan.table.quasi_identifiers, *plan.table.sensitive)
        yield from class_problems(plan.fields, named)
        yield from _table_contradictions(plan, plan.table)
    yield from _hierarchy_contradictions(plan)
    yield from query_problems(
        plan.statistics,
        plan.fields,
        lambda name: is_direct(plan, name),
        rows_leave=plan.table is not None,
    )


def _table_contradictions(plan: Plan, table: TableModel) -> Iterable[Problem]:
    for name in (*table.quasi_identifiers, *table.sensitive):
        if name not in plan.fields:
            yield Problem(
                f"表模型提到的字段“{name}”不在方案中", "table", "", "请加入该字段或从模型中去掉"
            )
    for name in table.quasi_identifiers:
        if name in plan.fields and plan.fields[name].kind is Kind.PSEUDONYM:
            yield Problem(
                f"假名字段“{name}”每行不同，不能作准标识符",
                "table.quasi_identifiers", "", "请从准标识符中去掉",
            )  # fmt: skip
    if table.closeness and table.closeness.distance is Distance.HIERARCHICAL:
        for name in table.sensitive:
            if name not in plan.hierarchies:
                yield Problem(
                    f"层级距离需要“{name}”的自定层级", "hierarchies", "", "请给出层级或改用其他距离"
                )


def _hierarchy_contradictions(plan: Plan) -> Iterable[Problem]:
    for name, how in plan.fields.items():
        if how.style != OWN:
            continue
        own = plan.hierarchies.get(name)
        if own is None or how.level not in own.levels:
            yield Problem(
                f"“{name}”的自定层级没有“{how.level}”级",
                f"fields.{name}",
                RULE,
                "请给出该级或改用别的级",
            )
    for name in plan.hierarchies:
        kept = plan.fields.get(name)
        if kept is None or (kept.style != OWN and kept.kind is not Kind.KEEP):
            yield Problem(
                f"“{name}”的自定层级没有用上", f"hierarchies.{name}", RULE,
                f"请把该字段写成 keep 或 generalize:{OWN}:…，或去掉层级",
            )  # fmt: skip
        elif is_direct(plan, name) or name in NEVER_RAW:
            yield Problem(
                f"直接标识符“{name}”不能按自定层级泛化", f"hierarchies.{name}", _RULE,
                "自定的组可能就是原值；请改用掩码、假名或内置层级",
            )  # fmt: skip


def _list(value: object) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise InvalidError(
            "statistics 必须是列表", field="statistics", rule="脱敏方案格式", remedy="请填写列表"
        )
    return list(value)
