"""What does a policy consist of? Values only; `policies.reading` makes them from the data files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kernel.errors import InvalidError
from policies.catalogue import DeliveryWay, Field

BasisWord = Literal["statutory_duty", "consent"]
GroundWord = Literal["government_approval", "law"]
Label = Literal["去标识化", "匿名化"]
Shared = Literal["all", "recipient", "responsible", "purpose"]
"""What recipients have in common who are taken to show each other what they got."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why data may be asked. `fields` maps each askable field to the weakest form it may have.

    `longest_days` bounds a period; `release` names the k of `Privacy.k` for tables and counts.
    """

    code: str
    title: str
    article: str
    justification: str
    recipient_kinds: tuple[str, ...]
    deliveries: tuple[DeliveryWay, ...]
    grounds: tuple[GroundWord, ...]
    bases: tuple[BasisWord, ...]
    longest_days: int
    release: str
    label: Label
    obligations: tuple[str, ...]
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Law:
    """A statute that obliges to provide (art. 24 "法律法规有明确规定"). `effective` is a date."""

    id: str
    statute: str
    article: str
    text: str
    effective: str
    source: str
    checked: str
    recipient_kinds: tuple[str, ...]
    purposes: tuple[str, ...]
    fields: tuple[str, ...]

    @property
    def citation(self) -> str:
        """Return statute and article, as a page shows them."""
        return f"{self.statute}{self.article}"

    def covers(self, field: str) -> bool:
        """Tell whether the statute reaches the field (`*`: whatever the purpose allows)."""
        return "*" in self.fields or field in self.fields


@dataclass(frozen=True, slots=True)
class Station:
    """One stop of a data request: who, by role and office, may act there."""

    name: str
    title: str
    role: str
    org_kinds: tuple[str, ...]
    min_level: str
    article: str


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """How many days rows are kept; 0 means while in use. `least_days` is the law's minimum."""

    name: str
    title: str
    days: int
    least_days: int
    article: str
    reason: str


@dataclass(frozen=True, slots=True)
class Privacy:
    """Privacy models of tables and counts. `suppression_limit` is a share of rows, 0 to 1.

    `collude`: tables and counts whose recipients share any of these are judged together.
    """

    version: str
    owner: str
    source: str
    quasi_identifiers: tuple[str, ...]
    suppression_limit: float
    small_cell: int
    alerts: Mapping[str, int]
    k: Mapping[str, int]
    collude: tuple[Shared, ...] = ("all",)


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy. `digest` is that of `document` in canonical form, so it can be pinned."""

    version: str
    digest: str
    document: Mapping[str, object]
    catalogue: Mapping[str, Field]
    purposes: Mapping[str, Purpose]
    grounds: Mapping[str, Law]
    recipient_kinds: Mapping[str, str]
    obligations: Mapping[str, str]
    chain: tuple[Station, ...]
    retention: Mapping[str, RetentionClass]
    privacy: Privacy

    def field(self, name: str) -> Field:
        """Return the field; raises InvalidError for a name outside the vocabulary."""
        found = self.catalogue.get(name)
        if found is None:
            raise InvalidError(
                f"字段“{name}”不在字段目录中",
                field=name,
                rule="字段目录为封闭清单",
                remedy="请从字段目录中选择",
            )
        return found

    def purpose(self, code: str) -> Purpose:
        """Return the purpose; raises InvalidError for a code outside the closed list."""
        found = self.purposes.get(code)
        if found is None:
            raise InvalidError(
                f"用途“{code}”不在用途清单中",
                field="purpose",
                rule="用途目录为封闭清单",
                remedy="请从用途清单中选择",
            )
        return found

    def k(self, purpose: str) -> int:
        """Return the least size of a group in tables and counts for this purpose."""
        return self.privacy.k[self.purpose(purpose).release]

    def sendable(self, fields: Mapping[str, str], delivery: str) -> dict[str, str]:
        """Return those of the fields (with their forms) that may leave by this delivery at all."""
        return {
            name: form
            for name, form in fields.items()
            if name in self.catalogue and delivery in self.catalogue[name].deliveries
        }

    @property
    def direct_identifiers(self) -> tuple[str, ...]:
        """Return the names of the direct identifiers, in catalogue order."""
        return tuple(f.name for f in self.catalogue.values() if f.kind == "direct")
