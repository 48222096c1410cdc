"""Does one row of an import file keep every rule that can be judged from the row alone?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kernel.errors import InvalidError
from registry.domain import citizen_number
from registry.domain.fields import BY_NAME
from registry.imports.domain.header import Column
from registry.imports.domain.rows_masking import shown
from registry.imports.domain.rows_values import cell_reader
from registry.imports.domain.rules import RowProblem
from registry.imports.domain.sheet_cells import OddCell

RESIDENT = "1"
"""SFZJLX: 居民身份证."""
_CITIZEN = 18


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row: the values it holds by field name (empty cells absent), and what is wrong with it."""

    row: int
    values: dict[str, str]
    problems: tuple[RowProblem, ...]

    @property
    def is_faulty(self) -> bool:
        """Tell whether the row stays out."""
        return any(problem.is_error for problem in self.problems)


class RowChecker:
    """Checks the rows of one file."""

    def __init__(self, columns: Sequence[Column | None], today: date) -> None:
        self._today = today
        self._width = len(columns)
        self._readers = [
            (place, column.field.name, column, cell_reader(column, today))
            for place, column in enumerate(columns)
            if column is not None
        ]

    def typed(self, cells: Sequence[str]) -> dict[str, str]:
        """Return the cells as they were typed, by field name."""
        return {
            name: str(cells[place]) for place, name, _, _ in self._readers if place < len(cells)
        }

    def check(self, row: int, cells: Sequence[str]) -> CheckedRow:
        """Return the row's values and problems, in the order of the columns."""
        values: dict[str, str] = {}
        problems: list[RowProblem] = []
        broken: set[str] = set()
        present = len(cells)
        for place, name, column, read in self._readers:
            text = cells[place] if place < present else ""
            if not text or text.isspace():
                rule, value = ("mandatory" if column.mandatory else ""), ""
            elif isinstance(text, OddCell):
                rule, value = text.rule, str(text)
            else:
                value, rule = read(text)
                values[name] = value
            if rule:
                problem = RowProblem(row, column.title, rule, shown(name, value))
                problems.append(problem)
                if problem.is_error:
                    broken.add(name)
        if any(cell and not cell.isspace() for cell in cells[self._width :]):
            problems.append(RowProblem(row, "", "extra_cell"))
        problems += self._judge_documents(row, values, broken)
        return CheckedRow(row, values, tuple(problems))

    def _judge_documents(
        self, row: int, values: dict[str, str], broken: set[str]
    ) -> list[RowProblem]:
        problems: list[RowProblem] = []
        for prefix in ("", "guardian1_", "guardian2_"):
            name = prefix + "document_number"
            if values.get(prefix + "document_type") != RESIDENT or name in broken:
                continue
            if name in values:
                problems += self._judge_citizen(row, name, values, broken)
            elif not prefix:
                problems.append(RowProblem(row, BY_NAME[name].title, "document_missing"))
        return problems

    def _judge_citizen(
        self, row: int, name: str, values: dict[str, str], broken: set[str]
    ) -> list[RowProblem]:
        """GB 11643: shape, check character; for the pupil also birth date and sex must agree."""
        title, text = BY_NAME[name].title, values[name]
        try:
            citizen = citizen_number.parse(text, today=self._today)
        except InvalidError:
            rule = "id_check" if _only_check_is_wrong(text, self._today) else "id_shape"
            return [RowProblem(row, title, rule, shown(name, text))]
        values[name] = citizen.number
        problems = []
        if citizen.warnings:
            problems.append(RowProblem(row, title, "region_unknown", shown(name, text)))
        if name != "document_number":
            return problems
        for field, said in (("birth_date", citizen.birth_date), ("sex", citizen.sex)):
            if field in values and field not in broken and values[field] != said:
                problems.append(
                    RowProblem(row, BY_NAME[field].title, f"{field}_mismatch", values[field])
                )
        return problems


def _only_check_is_wrong(text: str, today: date) -> bool:
    if len(text) != _CITIZEN or not text[:17].isdigit() or not text.isascii():
        return False
    mended = text[:17] + citizen_number.check_character(text[:17])
    return text[17] in "0123456789Xx" and citizen_number.canonical(mended, today=today) is not None
