"""The grammar of forms."""

import pytest

from anonymize.plan.treatment import HIERARCHIES, MASKS, Kind, Treatment
from kernel.errors import InvalidError

FORMS = [
    "drop", "keep", "pseudonym",
    *(f"mask:{style}" for style in MASKS),
    *(f"generalize:{name}:{level}" for name, levels in HIERARCHIES.items() for level in levels),
    *(f"format_preserving:{domain}" for domain in ("phone", "document_number", "student_number")),
    "generalize:own:city", "generalize:own:片区 1", "date:shift:7", "date:shift:366",
    "text:redact", "text:surrogate",
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_survives_the_round_trip_and_is_explained_in_chinese(form: str) -> None:
    treatment = Treatment.parse(form)
    assert str(treatment) == form
    assert treatment.text


@pytest.mark.parametrize(
    "form",
    [
        "", "Keep", "keep:", "keep:all", "mask", "mask:", "mask:password", "mask:name:2",
        "generalize", "generalize:birth_date", "generalize:birth_date:day", "generalize:x:y",
        "generalize:birth_date:year:", "pseudonym:", "drop ", "mask:name:", "hash",
        "generalize:own", "generalize:own:", "generalize:own:a:b", "format_preserving",
        "format_preserving:grade", "format_preserving:phone:1", "date", "date:coarsen", "text",
        "text:scan", "text:redact:1",
    ],
)  # fmt: skip
def test_an_unknown_form_is_refused(form: str) -> None:
    with pytest.raises(InvalidError, match="不认识的处理方式"):
        Treatment.parse(form)


@pytest.mark.parametrize(
    "days", ["", "0", "6", "367", "-30", "030", "30.0", "7:7", "３０", "thirty"]
)
def test_a_shift_of_less_than_a_week_or_more_than_a_year_is_refused(days: str) -> None:
    with pytest.raises(InvalidError, match="天数"):
        Treatment.parse(f"date:shift:{days}")


@pytest.mark.parametrize("form", ["mask:document_number:6+4", "mask:student_number:6+4"])
def test_the_customary_mask_of_six_and_four_is_refused_as_unsafe(form: str) -> None:
    with pytest.raises(InvalidError, match="不安全"):
        Treatment.parse(form)


def test_a_treatment_cannot_be_made_by_hand_that_the_grammar_refuses() -> None:
    with pytest.raises(InvalidError):
        Treatment(Kind.MASK, "document_number", "6+4")
    with pytest.raises(InvalidError):
        Treatment(Kind.GENERALIZE, "birth_date", "day")
