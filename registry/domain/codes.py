"""Which codes may a coded field hold, and what are they called? Codes as on the national form."""

from dataclasses import dataclass
from types import MappingProxyType

from kernel.errors import InvalidError
from registry.domain.code_tables import TABLES
from registry.domain.division import PROVINCES, is_division
from registry.domain.nationalities import NATIONALITIES
from registry.domain.relations import RELATIONS

DIVISION = "division"
"""Codes of GB/T 2260: six digits, any; no county table is shipped, so oddities only warn."""


@dataclass(frozen=True, slots=True)
class CodeTable:
    """One code table. `labels` is code → Chinese name; `codes` is every accepted text → code."""

    name: str
    standard: str
    labels: MappingProxyType[str, str]
    codes: MappingProxyType[str, str]


def _table(name: str, standard: str, labels: dict[str, str], aliases: dict[str, str]) -> CodeTable:
    codes = {label: code for code, label in labels.items()}
    codes |= {f"{code}{label}": code for code, label in labels.items()}
    codes |= aliases
    codes |= {code: code for code in labels}
    return CodeTable(name, standard, MappingProxyType(labels), MappingProxyType(codes))


_SHORT_ETHNICITIES = {
    label.removesuffix("族"): code
    for code, label in TABLES["ethnicity"].labels.items()
    if label.endswith("族")
}

CODE_TABLES = MappingProxyType(
    {
        name: _table(
            name,
            given.standard,
            given.labels,
            given.aliases | (_SHORT_ETHNICITIES if name == "ethnicity" else {}),
        )
        for name, given in TABLES.items()
    }
    | {
        "nationality": _table(
            "nationality", "GB/T 2659.1-2022", NATIONALITIES, {"中华人民共和国": "CHN"}
        ),
        "relation": _table("relation", "GB/T 4761-2008", RELATIONS, {"爸爸": "51", "妈妈": "52"}),
    }
)


def code_of(table: str, text: str) -> str | None:
    """Return the code for a code, a Chinese label, or both together (`1男`); None if there is none.

    Raises InvalidError for an unknown table.
    """
    if table == DIVISION:
        return text if is_division(text) else None
    return _known(table).codes.get(text)


def label(table: str, code: str) -> str:
    """Return the Chinese name of a code; the code itself where the table has no name for it."""
    if table == DIVISION:
        return PROVINCES.get(code[:2], "") + code
    return _known(table).labels.get(code, code)


def _known(table: str) -> CodeTable:
    if table not in CODE_TABLES:
        raise InvalidError(f"没有名为“{table}”的代码表", rule="代码表", remedy="请核对字段目录")
    return CODE_TABLES[table]
