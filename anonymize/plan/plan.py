"""What will anonymize do? The plan: one treatment a field, a model for tables, counts.

Declarative, versioned (docs/adr/0003-plan-schema.md) and checked when it is made: a plan that
would emit a direct identifier raw cannot be built, neither from a document nor by hand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from anonymize.plan.document import read_fields, read_names, read_table, refuse_unknown_keys
from anonymize.plan.model import TableModel
from anonymize.plan.noise import total_epsilon
from anonymize.plan.query import Count
from anonymize.plan.query_document import Query, read_query
from anonymize.plan.query_rules import measured_columns, query_problems
from anonymize.plan.treatment import Kind, Treatment
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
}  # fmt: skip
"""Fields that name a person by themselves, whatever the caller's list says."""

NEVER_RAW: Final = ALWAYS_DIRECT | {"domicile"}
"""Fields that may not be kept: a raw 户口所在地 is an address, generalized it is none."""

_RULE: Final = "个人信息保护法第七十三条；GB/T 37964-2019"
_KEYS: Final = frozenset({"version", "fields", "direct_identifiers", "table", "statistics"})


@dataclass(frozen=True, slots=True)
class Plan:
    """An immutable, valid plan. Fields not in it never leave; fields are kept in name order."""

    fields: Mapping[str, Treatment]
    table: TableModel | None = None
    statistics: tuple[Query, ...] = ()
    direct_identifiers: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", MappingProxyType(dict(sorted(self.fields.items()))))
        if problems := tuple(_contradictions(self)):
            raise InvalidError.of(problems)

    @staticmethod
    def parse(document: Mapping[str, Any]) -> "Plan":
        """Return the plan of a JSON document; raises InvalidError naming all that is wrong."""
        refuse_unknown_keys(document, _KEYS, "")
        version = document.get("version")
        if isinstance(version, bool) or version not in VERSIONS:
            raise InvalidError(
                "脱敏方案的版本不受支持", field="version", rule="脱敏方案格式",
                remedy="请填写 1 或 2",
            )  # fmt: skip
        table = document.get("table")
        return Plan(
            fields=read_fields(document.get("fields")),
            table=None if table is None else read_table(table),
            statistics=tuple(
                read_query(item, version) for item in _list(document.get("statistics", []))
            ),
            direct_identifiers=frozenset(
                read_names(document.get("direct_identifiers", []), "direct_identifiers")
            ),
        )

    def document(self) -> dict[str, Any]:
        """Return the JSON document; equal plans have equal documents and digests."""
        table = self.table
        return {
            "version": 1 if all(isinstance(one, Count) for one in self.statistics) else 2,
            "fields": {name: str(treatment) for name, treatment in self.fields.items()},
            "direct_identifiers": sorted(self.direct_identifiers),
            "table": None if table is None else {
                "k": table.k,
                "quasi_identifiers": list(table.quasi_identifiers),
                "sensitive": list(table.sensitive),
                "suppression_limit": table.suppression_limit,
            },
            "statistics": [query.document() for query in self.statistics],
        }  # fmt: skip

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
    def label(self) -> str:
        """匿名化 or 去标识化 (PIPL art. 73).

        匿名化 only if no direct identifier, pseudonym or mask is in it, and either nothing but
        counts leaves or every field that leaves is a quasi-identifier or sensitive column of a
        k-model. All else is still personal data.
        """
        if any(self.fields[name].kind in (Kind.MASK, Kind.PSEUDONYM) for name in self.emitted):
            return DEIDENTIFIED
        if any(is_direct(self, name) for name in self.emitted):
            return DEIDENTIFIED
        if self.table is None:
            return ANONYMIZED if self.statistics else DEIDENTIFIED
        modelled = {*self.table.quasi_identifiers, *self.table.sensitive}
        return ANONYMIZED if modelled.issuperset(self.emitted) else DEIDENTIFIED


def is_direct(plan: Plan, name: str) -> bool:
    """Tell whether the field names a person by itself, by the plan or by ALWAYS_DIRECT."""
    return name in plan.direct_identifiers or name in ALWAYS_DIRECT


def _contradictions(plan: Plan) -> Iterable[Problem]:
    for name, treatment in plan.fields.items():
        if treatment.kind is Kind.KEEP and (is_direct(plan, name) or name in NEVER_RAW):
            yield Problem(
                f"直接标识符“{name}”不能原样提供",
                f"fields.{name}",
                _RULE,
                "请改用掩码、假名、泛化或不提供",
            )
        if not is_direct(plan, name) and treatment.kind is Kind.PSEUDONYM:
            yield Problem(
                f"“{name}”不是直接标识符，不能换成假名：取值少时按频次即可还原",
                f"fields.{name}",
                "假名只用于直接标识符",
                "请改用泛化或不提供",
            )
    if plan.table is not None:
        yield from _table_contradictions(plan, plan.table)
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


def _list(value: object) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise InvalidError(
            "statistics 必须是列表", field="statistics", rule="脱敏方案格式", remedy="请填写列表"
        )
    return list(value)
