"""Lay out a county: schools, grades, classes, pupils in order, and faults where asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from registry.synthetic.faults import FAULTS, WORKBOOK_FAULTS, Answer, Earlier, repeat
from registry.synthetic.form import AT
from registry.synthetic.people import People
from registry.synthetic.place import YISHUI, Place, School, schools

_CLASS_SIZE = 45
_REPEATS = 0.1
"""Share of repeated numbers among the faults."""
_REMEMBERED = 5_000


@dataclass(frozen=True, slots=True)
class County:
    """What to make. `faults` is the share of faulty rows; equal values make equal files."""

    seed: int = 1
    schools: int = 6
    pupils: int = 3_000
    faults: float = 0.0
    year: int = 2026
    """The school year's first calendar year."""
    place: Place = YISHUI


def pupils(county: County) -> Iterator[tuple[School, list[str]]]:
    """Yield every pupil, faultless, school by school, grade by grade, class by class."""
    people = People(Random(county.seed), county.place, county.year)  # noqa: S311  invented people
    each, more = divmod(county.pupils, county.schools)
    for number, school in enumerate(schools(county.place, county.schools)):
        count = each + (number < more)
        grades = school.last_grade - school.first_grade + 1
        for place in range(count):
            grade = school.first_grade + place * grades // count
            inside = place - (grade - school.first_grade) * count // grades
            class_number, seat = divmod(inside, _CLASS_SIZE)
            yield school, people.pupil(school, grade, class_number + 1, seat + 1)


class Spoiler:
    """Puts faults into rows on their way to the files, and keeps the answers."""

    def __init__(self, county: County, *, workbook: bool) -> None:
        self._rng = Random(f"faults {county.seed}")  # noqa: S311  invented faults
        self._share = county.faults
        self._faults = FAULTS + (WORKBOOK_FAULTS if workbook else ())
        self._earlier = Earlier()
        self._file = ""

    def spoil(self, file: str, row: int, cells: list[str]) -> Answer | None:
        """Perhaps change the cells; then return what the report must say."""
        if file != self._file:
            # Two files before are as good as one: only a sample is remembered.
            self._earlier = Earlier([], [*self._earlier.in_upload, *self._earlier.in_file][-_REMEMBERED:])  # fmt: skip # noqa: E501  one call
            self._file = file
        if self._rng.random() >= self._share:
            self._remember(cells)
            return None
        made = None
        if self._rng.random() < _REPEATS:
            made = repeat(cells, self._rng, self._earlier)
        if made is None:
            made = self._faults[int(self._rng.random() * len(self._faults))](cells, self._rng)
        return Answer(file, row, *made)

    def _remember(self, cells: list[str]) -> None:
        if self._share and len(self._earlier.in_file) < _REMEMBERED:
            self._earlier.in_file.append(
                (cells[AT["身份证件号"]], cells[AT["出生日期"]], cells[AT["性别"]])
            )
