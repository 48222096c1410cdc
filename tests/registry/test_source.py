"""What the one door reads."""

import asyncio

import pytest

from kernel.errors import InvalidError
from kernel.ids import OrgId, StudentId
from registry import source
from tests.registry.county import County, citizen


def test_records_come_in_the_order_asked_and_unknown_ids_are_absent(land: County) -> None:
    first = land.pupil(document_number=citizen(sequence=1))
    second = land.pupil(document_number=citizen(sequence=2))
    asked = [second, StudentId("student_none"), first]
    found = asyncio.run(source.records(land.runtime, asked, ["name"]))
    assert [one.student_id for one in found] == [second, first]


def test_records_over_many_batches_keep_order(land: County) -> None:
    ids = [land.pupil(document_number=None) for _ in range(3)] * 400
    found = asyncio.run(source.records(land.runtime, ids, ["phone"]))
    assert [one.student_id for one in found] == ids


def test_a_record_carries_what_the_door_must_know_and_only_the_fields_asked(land: County) -> None:
    student_id = land.pupil(synthetic=True, document_number=None)
    [record] = asyncio.run(source.records(land.runtime, [student_id], ["phone", "guardian2_name"]))
    assert record.values == {"phone": "13955512345", "guardian2_name": None}
    assert (record.division, record.birth_date) == ("370102", "20150901")
    assert (record.school_id, record.school_name) == (land.orgs["school"].id, "历下区第一小学")
    assert (record.synthetic, record.status) == (True, "01")


def test_the_division_is_that_of_the_managing_authority(land: County) -> None:
    student_id = land.pupil("city_school", document_number=None)
    [record] = asyncio.run(source.records(land.runtime, [student_id], ["division"]))
    assert record.values["division"] == record.division == "370100"


def test_an_unknown_field_is_refused(land: County) -> None:
    with pytest.raises(InvalidError):
        asyncio.run(source.records(land.runtime, [], ["sealed"]))


def test_a_cohort_is_an_area_narrowed_by_schools_and_grades(land: County) -> None:
    near = land.pupil("school", document_number=None)
    sibling = land.pupil("sibling", document_number=None, grade="07")
    far = land.pupil("far_school", document_number=None)
    city = land.pupil("city_school", document_number=None)

    def cohort(
        division: str, schools: tuple[OrgId, ...] = (), grades: tuple[str, ...] = ()
    ) -> list[StudentId]:
        return asyncio.run(source.cohort(land.runtime, division, schools, grades))

    assert cohort("370102") == sorted([near, sibling])
    assert cohort("370103") == [far]
    assert cohort("3701") == cohort("370100") == sorted([near, sibling, far, city])
    assert cohort("37") == cohort("370000") == cohort("3701")
    assert cohort("13") == []
    assert cohort("370102", (land.orgs["sibling"].id,)) == [sibling]
    assert cohort("370103", (land.orgs["sibling"].id,)) == []
    assert cohort("370102", (), ("06",)) == [near]


def test_a_cohort_holds_pupils_in_school_only_and_never_mixes_synthetic_and_real(
    land: County,
) -> None:
    real = land.pupil(document_number=None)
    back = land.pupil(document_number=None, status="05")
    made_up = land.pupil(document_number=None, synthetic=True)
    for status in ("02", "03", "07", "10", "11"):
        land.pupil(document_number=None, status=status)
    assert asyncio.run(source.cohort(land.runtime, "370102")) == sorted([real, back])
    assert asyncio.run(source.cohort(land.runtime, "370102", synthetic=True)) == [made_up]


@pytest.mark.parametrize("division", ["", "%", "3701%", "____", "370102 OR 1=1"])
def test_a_malformed_cohort_is_refused(land: County, division: str) -> None:
    with pytest.raises(InvalidError):
        asyncio.run(source.cohort(land.runtime, division))
