"""Judge parsed rows by what one row cannot tell: school, duplicates, numbers already given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from kernel.envelope import SUITE
from kernel.ids import OrgId, StudentId, new_id
from kernel.runtime import Runtime
from registry.domain.fields import BY_NAME
from registry.domain.org import Org
from registry.domain.student import NewStudent
from registry.imports.domain.header import COLUMNS
from registry.imports.domain.report import FileTally, Tally
from registry.imports.domain.rows_masking import shown
from registry.imports.domain.rules import ERRORS
from registry.imports.store import jobs as import_jobs
from registry.imports.store import staging
from registry.store.sealing import Prepared, document_tag, prepare

PROBLEMS_KEPT = 1_000_000
FAULTY_KEPT = 20_000
"""Beyond these, findings are counted and no longer listed."""

_PLACE = {field.title: place for place, field in enumerate(COLUMNS)}
_SCHOOL, _DOCUMENT = BY_NAME["school_code"].title, BY_NAME["document_number"].title
_KIND = BY_NAME["document_type"].title
Problem = list[str]
"""Column, rule, masked value, detail: as the parser writes them."""


@dataclass(frozen=True, slots=True)
class ImportScope:
    """Who imports what: `schools` are those under the caller's authority, by identifier code."""

    import_id: str
    schools: Mapping[str, Org]
    synthetic: bool
    at: datetime


@dataclass(slots=True)
class ParsedRow:
    """One row on its way: what the parser found, and what the judge adds."""

    file: int
    row: int
    values: dict[str, str]
    problems: list[Problem]
    typed: dict[str, str] | None
    """The cells as typed, for rows that the parser found faulty; for others None."""
    tag: bytes | None = None
    prepared: Prepared | None = None
    is_faulty: bool = False

    def __post_init__(self) -> None:
        self.is_faulty = self.typed is not None

    def breaks(self, *titles: str) -> bool:
        """Tell whether one of the columns holds an error."""
        return any(rule in ERRORS and column in titles for column, rule, _, _ in self.problems)

    def blame(self, name: str, rule: str, detail: str = "") -> None:
        """Add a problem of a field."""
        value = shown(name, self.values.get(name, ""))
        self.problems.append([BY_NAME[name].title, rule, value, detail])
        self.is_faulty = self.is_faulty or rule in ERRORS


def _place(problem: Problem) -> int:
    return _PLACE.get(problem[0], len(_PLACE))


@dataclass(slots=True)
class Judge:
    """Keeps what earlier rows of the same upload have taken. Feed it rows in their order."""

    runtime: Runtime
    scope: ImportScope
    tally: Tally
    _seen: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    _drawn: set[bytes] = field(default_factory=set)
    _foreign: dict[str, bool] = field(default_factory=dict)
    _problems: int = 0
    _faulty: int = 0

    async def judge(self, rows: Sequence[ParsedRow]) -> staging.Chunk:
        """Return what the database is to hold of these rows, and count them."""
        await self._check_schools(rows)
        for row in rows:
            self._prepare(row)
        await self._check_documents([row for row in rows if row.tag])
        await self._check_numbers([row for row in rows if not row.is_faulty])
        return self._chunk(rows)

    async def _check_schools(self, rows: Sequence[ParsedRow]) -> None:
        strange = [
            (row, code)
            for row in rows
            if (code := row.values.get("school_code"))
            and code not in self.scope.schools
            and not row.breaks(_SCHOOL)
        ]
        if ask := {code for _, code in strange} - self._foreign.keys():
            found = await self.runtime.database.read(import_jobs.schools_of(sorted(ask)))
            standing = {one.code for one in found}
            self._foreign |= {code: code in standing for code in ask}
        for row, code in strange:
            rule = "school_out_of_scope" if self._foreign[code] else "unknown_school"
            row.blame("school_code", rule)

    async def _check_documents(self, rows: Sequence[ParsedRow]) -> None:
        for row in rows:
            first = self._seen.setdefault(row.tag or b"", (row.file, row.row))
            if first != (row.file, row.row):
                inside = first[0] == row.file
                where = "" if inside else self.tally.files[first[0]].name
                row.blame(
                    "document_number",
                    "duplicate_in_file" if inside else "duplicate_in_upload",
                    f"与{where}第 {first[1]} 行重复",
                )
        tags = [row.tag for row in rows if row.tag]
        taken = {one[0] for one in await self.runtime.database.read(staging.tags_taken(tags))}
        for row in rows:
            if row.tag in taken:
                row.blame("document_number", "duplicate_in_registry")

    def _prepare(self, row: ParsedRow) -> None:
        """Seal a row that is faultless so far; of a faulty one, take the tag of its document."""
        if row.is_faulty:
            text, kind = row.values.get("document_number"), row.values.get("document_type")
            if text and not row.breaks(_DOCUMENT, _KIND):
                today = self.scope.at.date()
                row.tag = document_tag(self.runtime.keyring, kind, text, today)
            return
        school = self.scope.schools[row.values["school_code"]]
        new = NewStudent(
            StudentId(new_id("student", self.runtime.entropy)),
            OrgId(school.id),
            school.division,
            row.values,
            self.scope.synthetic,
        )
        row.prepared = prepare(self.runtime.keyring, self.runtime.entropy, new, self.scope.at)
        row.tag = row.prepared.student["document_tag"]

    async def _check_numbers(self, clean: Sequence[ParsedRow]) -> None:
        """A formal number that was ever issued refuses the row; a temporary one is drawn again.

        The new draw may hit an issued number once more: the commit looks and draws again.
        """
        tags = [row.prepared.number["tag"] for row in clean if row.prepared]
        taken = {one[0] for one in await self.runtime.database.read(staging.numbers_taken(tags))}
        for row in clean:
            prepared = row.prepared
            if prepared is None:
                continue
            if prepared.temporary_for is None:
                if prepared.number["tag"] in taken:
                    row.blame("document_number", "duplicate_in_registry")
                continue
            if prepared.number["tag"] in taken or prepared.number["tag"] in self._drawn:
                prepared = staging.draw_free(
                    self.runtime.keyring, self.runtime.entropy, prepared, self._drawn.__contains__
                )
            self._drawn.add(prepared.number["tag"])
            row.prepared = prepared

    def _chunk(self, rows: Sequence[ParsedRow]) -> staging.Chunk:
        chunk = staging.Chunk([], [], [])
        for row in rows:
            count = self.tally.files[row.file]
            count.rows += 1
            if row.problems:
                if len(row.problems) > 1:
                    row.problems.sort(key=_place)
                self._count(count, row)
                chunk.problems += self._listed(row)
            if row.is_faulty:
                chunk.faulty += self._kept(row)
            elif row.prepared:
                chunk.staged.append(
                    staging.staging_row(self.scope.import_id, (row.file, row.row), row.prepared)
                )
        return chunk

    def _count(self, count: FileTally, row: ParsedRow) -> None:
        for _, rule, _, _ in row.problems:
            self.tally.rules[rule] = self.tally.rules.get(rule, 0) + 1
            if rule in ERRORS:
                count.errors += 1
            else:
                count.warnings += 1
        count.faulty += row.is_faulty

    def _listed(self, row: ParsedRow) -> list[dict[str, Any]]:
        room = max(PROBLEMS_KEPT - self._problems, 0)
        listed = [
            self.problem_row(row.file, row.row, problem, self._problems + place)
            for place, problem in enumerate(row.problems[:room])
        ]
        self._problems += len(listed)
        return listed

    def refuse(self, file: int, rule: str, detail: str) -> staging.Chunk:
        """Count a file that cannot be read to its end, and return the finding."""
        count = self.tally.files[file]
        count.refused, count.detail, count.errors = rule, detail[:300], count.errors + 1
        count.faulty = count.rows
        self.tally.rules[rule] = self.tally.rules.get(rule, 0) + 1
        seq = self._problems
        self._problems += 1
        return staging.Chunk([], [self.problem_row(file, 0, ["", rule, "", detail], seq)], [], file)

    def problem_row(self, file: int, row: int, problem: Problem, seq: int) -> dict[str, Any]:
        """Return a finding as a row of its table."""
        column, rule, value, detail = problem
        return {
            "import_id": self.scope.import_id, "seq": seq, "file": file, "row": row,
            "column": column, "rule": rule, "value": value[:60], "detail": detail[:300],
        }  # fmt: skip

    def _kept(self, row: ParsedRow) -> list[dict[str, Any]]:
        if self._faulty >= FAULTY_KEPT:
            return []
        self._faulty += 1
        place = f"{self.scope.import_id}:{row.file}:{row.row}"
        cells = self.runtime.keyring.seal(
            orjson.dumps(row.typed or row.values),
            table="registry_import_faulty", column="cells", row=place,
        )  # fmt: skip
        return [{
            "import_id": self.scope.import_id, "file": row.file, "row": row.row,
            "cells": cells, "suite": SUITE,
        }]  # fmt: skip
