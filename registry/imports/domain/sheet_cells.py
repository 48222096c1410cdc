"""How does a cell that is not plain text reach the rules? As text that knows what it was."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sheet:
    """An open file. `rows` yields row number (from 1, as a spreadsheet shows it) and cells.

    Blank rows are left out. `share` tells which part (0 to 1) has been read.
    """

    rows: Iterator[tuple[int, list[str]]]
    share: Callable[[], float]


class OddCell(str):
    """Text of a cell that was not entered as text; `rule` names what is wrong with it."""

    __slots__ = ()
    rule = ""


class RoundedCell(OddCell):
    """A number so long that the spreadsheet has already rounded it."""

    __slots__ = ()
    rule = "numeric_cell"


class FormulaCell(OddCell):
    """What a formula last computed."""

    __slots__ = ()
    rule = "formula_cell"


class ErrorCell(OddCell):
    """`#N/A` and the like."""

    __slots__ = ()
    rule = "error_cell"


class DateCell(str):
    """A date cell, written as YYYYMMDD."""

    __slots__ = ()
