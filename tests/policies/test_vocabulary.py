"""One vocabulary: registry, catalogue, anonymize, explanations and documents say the same."""

import re
from pathlib import Path

import pytest

import anonymize.plan.treatment
from kernel.errors import InvalidError
from kernel.principal import Role
from policies import claims, explain, words
from policies.catalogue import DELIVERIES
from policies.claims_page import render
from policies.forms import FORMS, is_traceable
from registry.domain.fields import STUDENT_FIELDS
from sharing.requests.domain.scope import Basis, Delivery
from tests.policies.cases import POLICY

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
WORDS_OF_THE_DESIGN = (
    "Principal", "Student", "Subject", "Client", "DataRequest", "Approval", "Grant", "Decision",
    "Plan", "Release", "Disclosure", "Receipt", "Scope", "Ground", "Basis", "Notice", "Consent",
)  # fmt: skip


def test_the_catalogue_holds_exactly_the_registrys_fields_under_the_same_titles() -> None:
    registry = {field.name: field.title for field in STUDENT_FIELDS}
    assert {field.name: field.title for field in POLICY.catalogue.values()} == registry


def test_anonymize_understands_every_form() -> None:
    assert {str(anonymize.plan.treatment.Treatment.parse(form)) for form in FORMS} == FORMS


def test_what_keeps_a_trace_of_a_person_is_the_same_in_both() -> None:
    for form in FORMS | {"date:shift:30", "generalize:own:city"}:
        kind = anonymize.plan.treatment.Treatment.parse(form).kind
        assert is_traceable(form) == (kind in anonymize.plan.treatment.TRACEABLE)


def test_every_closed_word_has_a_chinese_one() -> None:
    assert set(words.FORMS) == FORMS
    assert set(words.DELIVERIES) == set(DELIVERIES) == set(Delivery)
    assert set(words.BASES) == set(Basis)
    assert {station.role for station in POLICY.chain} <= set(Role)


def test_each_permitted_form_of_each_field_is_explained_in_one_sentence() -> None:
    for field in POLICY.catalogue.values():
        told = [explain.form(POLICY, field.name, form) for form in field.forms]
        assert len(set(told)) == len(told)
        assert all(field.title in sentence and "{" not in sentence for sentence in told)
    assert explain.form(POLICY, "name", "mask:name") == "姓名只显示姓氏，如“张*”"
    assert explain.form(POLICY, "name", "nonsense") == "不提供姓名"
    assert "人数" in explain.form(POLICY, "health", "keep", delivery="counts")
    assert explain.form(POLICY, "health", "drop", delivery="counts") == "不提供健康状况"


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("mask:name", "张三"),
        ("mask:phone", "13800138012"),
        ("mask:document_number", "31011519900101001X"),
        ("mask:email", "zhang@school.example"),
        ("mask:address", "浙江省杭州市西湖区文三路1号"),
        ("generalize:birth_date:month", "20150910"),
        ("generalize:birth_date:half_year", "20150910"),
        ("generalize:birth_date:year", "20150910"),
        ("generalize:birth_date:age_band", "20150910"),
        ("generalize:birth_date:wide_age_band", "20150910"),
        ("generalize:enrolment_month:year_band", "202209"),
        ("generalize:grade:band", "02"),
        ("generalize:division:area", "330106"),
        ("generalize:address:area", "浙江省杭州市西湖区文三路1号"),
        ("generalize:enrolment_month:year", "202209"),
    ],
)
def test_the_example_in_an_explanation_is_what_the_treatment_gives(form: str, value: str) -> None:
    kind, style, *level = form.split(":")
    if kind == "mask":
        from anonymize.fields.masks import MASKS  # noqa: PLC0415  beside its use: one branch needs it

        given = MASKS[style](value)
    else:
        from anonymize.fields.hierarchies import HIERARCHIES  # noqa: PLC0415  as above

        given = HIERARCHIES[style](value, level[0])
    assert given
    assert f"“{given}”" in explain.form(POLICY, "name", form)


def test_grounds_bases_and_obligations_are_told_plainly() -> None:
    assert explain.ground(POLICY, "law", law_id="statistics") == (
        "依据《中华人民共和国统计法》第八条、第二十五条提供"
    )
    assert explain.ground(
        POLICY,
        "government_approval",
        government="某县人民政府",
        document_number="某政函〔2026〕1号",
    ) == ("经某县人民政府批准（某政函〔2026〕1号）提供")
    assert explain.ground(POLICY, "law", law_id="nothing") == "没有对外提供的依据"
    assert "同意" in explain.basis("consent")
    assert "监护人" in explain.basis("consent", under_14=True)
    assert explain.basis("statutory_duty").startswith("为履行法定职责所必需，现告知您")
    assert explain.obligation(POLICY, "no_onward_sharing").startswith("不得向任何第三方")
    assert explain.obligation(POLICY, "每月报告") == "每月报告"
    assert explain.label("匿名化") != explain.label("去标识化")


def test_each_claim_has_one_field_and_one_scope() -> None:
    for claim in claims.claims_supported():
        field = claims.claim_to_field(claim)
        assert claims.field_to_claim(field) == claim
        assert claims.scope_to_field(f"edu.{field}") == field
    assert claims.scopes_supported()[:2] == ("openid", "edu")
    assert len(set(claims.scopes_supported())) == len(claims.claims_supported()) + 2
    assert claims.scope_to_field("edu.phone") is None
    assert claims.scope_to_field("name") is None
    assert claims.field_to_claim("phone") is None
    with pytest.raises(InvalidError):
        claims.claim_to_field("email")


def test_only_fields_that_may_be_sent_this_way_are_sendable() -> None:
    forms = {"name": "mask:name", "seat_number": "keep", "shoe_size": "keep"}
    assert POLICY.sendable(forms, "claims") == {"name": "mask:name"}
    assert POLICY.sendable(forms, "record_api") == {"name": "mask:name", "seat_number": "keep"}


def test_k_of_a_purpose_comes_from_its_way_of_release() -> None:
    assert POLICY.k("government_statistics") == POLICY.privacy.k["public"] == 20
    assert POLICY.k("education_research") == 10
    with pytest.raises(InvalidError):
        POLICY.k("marketing")


def test_the_page_of_claims_is_written_from_the_catalogue() -> None:
    assert (ROOT / "docs/claims.md").read_text(encoding="utf-8") == render(POLICY)


def test_the_glossary_has_all_words_of_the_design() -> None:
    heads = set(re.findall(r"^\| ([^|`]+?) \|", GLOSSARY, flags=re.MULTILINE))
    assert set(WORDS_OF_THE_DESIGN) <= heads


def test_every_file_that_the_glossary_names_exists() -> None:
    named = set(re.findall(r"`([a-z_]+/[a-z_/.]+\.(?:py|toml))`", GLOSSARY))
    assert named
    assert {path for path in named if not (ROOT / path).is_file()} == set()


def test_the_glossary_lists_the_fields_of_the_catalogue() -> None:
    table = GLOSSARY.split("<!-- fields -->")[1].split("<!-- /fields -->")[0]
    rows = re.findall(r"^\| `([a-z0-9_]+)` \| (\S+) \| \S", table, flags=re.MULTILINE)
    assert rows == [(field.name, field.title) for field in POLICY.catalogue.values()]
