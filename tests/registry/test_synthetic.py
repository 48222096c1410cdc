"""A synthetic county: the same seed makes the same files, and the report equals the answer key."""

import collections
import csv
import json
import re
from pathlib import Path

import pytest

from registry.domain import citizen_number
from registry.imports.domain.header import COLUMNS, MANDATORY, template_title
from registry.imports.usecases.files import run
from registry.synthetic.county import County, pupils
from registry.synthetic.files import write_county
from registry.synthetic.form import AT, MUST, TITLES, printed
from registry.synthetic.numbers import NumberBook, check_character
from registry.synthetic.values import COMPOUND, RARE
from tests.registry.importing import order, recipe_in, settle, silent


@pytest.mark.parametrize(("form", "pupils", "schools"), [("xlsx", 700, 4), ("csv", 2_500, 6)])
def test_the_import_report_equals_the_answer_key(
    tmp_path: Path, form: str, pupils: int, schools: int
) -> None:
    county = County(seed=11, schools=schools, pupils=pupils, faults=0.2)
    files = write_county(county, tmp_path, silent, form=form)
    recipe = recipe_in(tmp_path)
    ids = settle(recipe, tmp_path / "orgs.json")
    report = run(recipe, order(ids["education_authority-county"], *files), silent)
    found = [
        (one.file, one.row, one.column, one.rule.code, one.rule.severity.value)
        for one in report.findings
    ]
    with (tmp_path / "answers.jsonl").open(encoding="utf-8") as key:
        answers = [tuple(json.loads(line).values()) for line in key]
    assert found == answers
    assert report.tally.rows == pupils
    assert report.tally.errors == sum(answer[4] == "error" for answer in answers)
    assert report.tally.faulty == report.tally.errors
    kinds = {answer[3] for answer in answers}
    assert {"duplicate_in_file", "id_check", "school_out_of_scope", "numeric_cell"} <= kinds
    if form == "xlsx":
        assert {"duplicate_in_upload", "formula_cell"} <= kinds


def test_a_county_without_faults_brings_no_finding(tmp_path: Path) -> None:
    files = write_county(County(schools=3, pupils=300), tmp_path, silent)
    recipe = recipe_in(tmp_path)
    ids = settle(recipe, tmp_path / "orgs.json")
    report = run(recipe, order(ids["education_authority-county"], *files, commit=True), silent)
    assert (report.findings, report.committed) == ((), 300)


def test_the_same_seed_makes_the_same_files_and_another_seed_others(tmp_path: Path) -> None:
    contents = []
    for folder, seed in (("a", 5), ("b", 5), ("c", 6)):
        county = County(seed=seed, pupils=200, faults=0.3)
        (path,) = write_county(county, tmp_path / folder, silent, form="csv")
        contents.append(path.read_bytes() + (tmp_path / folder / "answers.jsonl").read_bytes())
    assert contents[0] == contents[1]
    assert contents[0] != contents[2]


def test_the_independently_written_form_is_the_registrys_form() -> None:
    assert list(TITLES) == [field.title for field in COLUMNS]
    assert {field.title for field in COLUMNS if field.name in MANDATORY} == set(MUST)
    assert [printed(title) for title in TITLES] == [template_title(field) for field in COLUMNS]


def test_the_two_check_characters_agree() -> None:
    for number in range(1000):
        digits = f"3713992015{number % 12 + 1:02}15{number:03}"
        assert check_character(digits) == citizen_number.check_character(digits)
    assert check_character("11010519491231002") == "X"


def test_numbers_are_distinct_and_marked_as_nobodys() -> None:
    book = NumberBook("3713")
    numbers = [book.number("20150901", male=male) for _ in range(499) for male in (True, False)]
    assert len(set(numbers)) == 998
    assert all(re.fullmatch(r"371399[0-9]{11}[0-9X]", number) for number in numbers)
    book.number("20150901", male=True)
    with pytest.raises(ValueError, match="smaller county"):
        book.number("20150901", male=True)


def test_the_county_has_the_names_that_old_systems_lose() -> None:
    names = [cells[AT["姓名"]] for _, cells in pupils(County(pupils=6_000))]
    text = "".join(names)
    assert sum(character in text for character in RARE) > 10
    assert any(name.startswith(COMPOUND) for name in names)
    assert any("·" in name for name in names)


def test_families_are_consistent() -> None:
    rows = [cells for _, cells in pupils(County(pupils=3_000))]
    numbers = collections.Counter(cells[AT["身份证件号"]] for cells in rows)
    assert max(numbers.values()) == 1
    families = collections.Counter(cells[AT["监护人1身份证件号"]] for cells in rows)
    assert sum(count > 1 for count in families.values()) > 200
    for cells in rows:
        father = cells[AT["监护人1姓名"]]
        if cells[AT["民族"]] == "汉族":
            assert cells[AT["姓名"]][0] == father[0]
        assert int(cells[AT["出生日期"]][:4]) - int(cells[AT["监护人1身份证件号"]][6:10]) >= 20
        assert cells[AT["现住址"]] == cells[AT["监护人2现住址"]]


def test_a_csv_may_be_written_in_gb18030_with_rare_characters(tmp_path: Path) -> None:
    county = County(pupils=1_500)
    (path,) = write_county(county, tmp_path, silent, form="csv", encoding="gb18030")
    with path.open(encoding="gb18030", newline="") as text:
        names = "".join(row[AT["姓名"]] for row in csv.reader(text))
    assert any(ord(character) > 0xFFFF for character in names)
