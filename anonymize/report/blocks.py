"""What a report is made of, whatever it is shown on: facts, tables, bars, paragraphs."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, one below the other."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of text; the first column names the row."""

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. `shares` are lengths from 0 to 1, None where nothing may be told; `texts` say the
    same in words, one for each column of figures.
    """  # noqa: D205  one sentence each

    label: str
    shares: tuple[float | None, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar chart that is a table: each row has its bar and its figures.

    `mark` is the place of a line across all bars (a threshold), from 0 to 1, and `mark_text` what
    it means. With two shares in a bar, the first is drawn lighter.
    """

    caption: str
    headers: tuple[str, ...]
    bars: tuple[Bar, ...]
    mark: float | None = None
    mark_text: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs."""

    paragraphs: tuple[str, ...]


Block: TypeAlias = Facts | Grid | Bars | Text


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole report. `verdict` is its one sentence, `grade` 1 to 4 or None."""

    title: str
    verdict: str
    grade: int | None
    reasons: tuple[str, ...]
    facts: Facts
    sections: tuple[Section, ...]
    digest: str
