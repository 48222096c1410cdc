"""A policy that contradicts itself, or says what nobody understands, is refused with its place."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import policies
from kernel.errors import InvalidError
from kernel.schema import Retention
from policies.reading import load_from
from policies.validation import RETENTION_CLASSES
from tests.policies.cases import POLICY, altered

DATA = Path(policies.__file__).parent / "data"


def reach(document: dict[str, Any], path: str) -> tuple[Any, Any]:
    """Return the container and the last key of a slash-separated path."""
    steps = [int(step) if step.isdigit() else step for step in path.split("/")]
    place: Any = document
    for step in steps[:-1]:
        place = place[step]
    return place, steps[-1]


def put(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    def edit(document: dict[str, Any]) -> None:
        place, last = reach(document, path)
        place[last] = value

    return edit


def remove(path: str) -> Callable[[dict[str, Any]], None]:
    def edit(document: dict[str, Any]) -> None:
        place, last = reach(document, path)
        del place[last]

    return edit


NAME, SIGN_IN = "catalogue/student/name", "purposes/purposes/learning_platform_sign_in"
TAX, STATION = "grounds/laws/tax_deduction", "chain/stations/1"

CONTRADICTIONS: tuple[tuple[str, Callable[[dict[str, Any]], None]], ...] = (
    ("catalogue.toml:student.name.colour", put(f"{NAME}/colour", "red")),
    ("catalogue.toml:student.name.title", remove(f"{NAME}/title")),
    ("catalogue.toml:student.name.kind", put(f"{NAME}/kind", "secret")),
    ("catalogue.toml:student.name.name", put(f"{NAME}/name", "name")),
    ("catalogue.toml:student.name", put(NAME, "x")),
    ("catalogue.toml:guardian.phone", put("catalogue/guardian/phone", "x")),
    ("catalogue.toml:system.name", put("catalogue/system/name", {})),
    ("catalogue.toml:extra", put("catalogue/extra", {})),
    ("catalogue.toml:student", remove("catalogue/student")),
    ("catalogue.toml:name", put(f"{NAME}/forms", ["drop", "mask:name", "keep"])),
    ("catalogue.toml:name", put(f"{NAME}/forms", ["drop", "mask:nose"])),
    ("catalogue.toml:name", put(f"{NAME}/forms", ["mask:name"])),
    ("catalogue.toml:name", put(f"{NAME}/forms", ["drop", "mask:name", "mask:name"])),
    ("catalogue.toml:name", put(f"{NAME}/default_form", "pseudonym")),
    ("catalogue.toml:name", put(f"{NAME}/deliveries", [])),
    ("catalogue.toml:name", put(f"{NAME}/deliveries", ["claims", "file", "counts"])),
    ("catalogue.toml:name", remove(f"{NAME}/claim")),
    ("catalogue.toml:name", put(f"{NAME}/claim", "nickname")),
    ("catalogue.toml:name", put(f"{NAME}/sensitivity", 5)),
    ("catalogue.toml:name", put(f"{NAME}/reason", "")),
    ("catalogue.toml:grade", put("catalogue/student/grade/claim", "edu_sex")),
    ("catalogue.toml:health", put("catalogue/student/health/default_form", "keep")),
    ("catalogue.toml:grade", put("catalogue/student/grade/free_text", value=True)),
    ("catalogue.toml:guardian1_name", put(
        "catalogue/guardian/name", {
            "title": "姓名", "kind": "direct", "sensitivity": 4, "reason": "r",
            "forms": ["drop", "mask:name"], "default_form": "drop", "deliveries": ["claims"],
            "claim": "edu_mother", "source_field": "s", "standard": "s",
        },
    )),
    ("purposes.toml:learning_platform_sign_in.colour", put(f"{SIGN_IN}/colour", "red")),
    ("purposes.toml:purposes.learning_platform_sign_in", put(
        f"{SIGN_IN}/recipient_kinds", ["friend"]
    )),
    ("purposes.toml:purposes.learning_platform_sign_in", put(f"{SIGN_IN}/obligations", ["smile"])),
    ("purposes.toml:purposes.learning_platform_sign_in", put(f"{SIGN_IN}/release", "gift")),
    ("purposes.toml:purposes.learning_platform_sign_in", put(f"{SIGN_IN}/bases", [])),
    ("purposes.toml:learning_platform_sign_in.bases.0", put(f"{SIGN_IN}/bases", ["contract"])),
    ("purposes.toml:purposes.learning_platform_sign_in", put(f"{SIGN_IN}/longest_days", 0)),
    ("purposes.toml:purposes.learning_platform_sign_in", put(f"{SIGN_IN}/label", "匿名化")),
    ("purposes.toml:purposes.learning_platform_sign_in", put(f"{SIGN_IN}/grounds", ["law"])),
    ("purposes.toml:purposes.learning_platform_sign_in", put(f"{SIGN_IN}/fields/shoe", "keep")),
    ("purposes.toml:purposes.learning_platform_sign_in", put(f"{SIGN_IN}/fields/name", "keep")),
    ("purposes.toml:purposes.learning_platform_sign_in", put(f"{SIGN_IN}/fields/name", "drop")),
    ("purposes.toml:purposes.learning_platform_sign_in", put(f"{SIGN_IN}/fields/health", "keep")),
    ("purposes.toml:purposes.education_research", put(
        "purposes/purposes/education_research/fields/student_number", "pseudonym"
    )),
    ("grounds.toml:laws.tax_deduction", put(f"{TAX}/fields", ["shoe"])),
    ("grounds.toml:laws.tax_deduction", put(f"{TAX}/fields", ["phone"])),
    ("grounds.toml:laws.tax_deduction", put(f"{TAX}/recipient_kinds", ["court"])),
    ("grounds.toml:laws.tax_deduction", put(f"{TAX}/checked", "")),
    ("purposes.toml:purposes.tax_deduction_verification", put(f"{TAX}/purposes", ["gossip"])),
    ("grounds.toml:laws.statistics", put(
        "grounds/laws/statistics/purposes", ["government_statistics", "gossip"]
    )),
    ("chain.toml:stations", put(f"{STATION}/name", "review")),
    ("chain.toml:stations", put(f"{STATION}/name", "approve")),
    ("chain.toml:stations.decide", put(f"{STATION}/org_kinds", ["education_authority"])),
    ("chain.toml:stations.decide", put(f"{STATION}/min_level", "province")),
    ("chain.toml:stations.decide", put(f"{STATION}/role", "janitor")),
    ("chain.toml:stations.1.colour", put(f"{STATION}/colour", "red")),
    ("retention.toml:staging", remove("retention/staging")),
    ("retention.toml:diary", put("retention/diary", {
        "title": "t", "days": 0, "least_days": 0, "article": "a", "reason": "r",
    })),
    ("retention.toml:disclosure", put("retention/disclosure/days", 365)),
    ("retention.toml:disclosure.days", put("retention/disclosure/days", "long")),
    ("privacy.toml:quasi_identifiers.name", put("privacy/quasi_identifiers", ["name"])),
    ("privacy.toml:quasi_identifiers.birth_date", put("privacy/quasi_identifiers", ["sex"])),
    ("privacy.toml:k", put("privacy/small_cell", 1)),
    ("privacy.toml:k", put("privacy/k/public", 1)),
    ("privacy.toml:suppression_limit", put("privacy/suppression_limit", 1.0)),
    ("privacy.toml:collude", put("privacy/collude", [])),
    ("privacy.toml:collude.0", put("privacy/collude", ["nobody"])),
    ("privacy.toml:colour", put("privacy/colour", "red")),
    ("privacy.toml:/", put("privacy", "strict")),
    ("retention.toml:/", put("retention", 7)),
    ("purposes.toml:purposes", put("purposes/purposes", ["sign_in"])),
    ("catalogue.toml:guardian", put("catalogue/guardian", "two")),
    ("chain.toml:", put("chain/stations", 1)),
    ("chain.toml:stations.1", put("chain/stations/1", "decide")),
    ("policies.toml:/", put("extra", {})),
)  # fmt: skip


PLACES = [f"{place}-{at}" for at, (place, _) in enumerate(CONTRADICTIONS)]


@pytest.mark.parametrize(("place", "edit"), CONTRADICTIONS, ids=PLACES)
def test_a_contradiction_is_refused_with_file_and_key(
    place: str, edit: Callable[[dict[str, Any]], None]
) -> None:
    with pytest.raises(InvalidError) as caught:
        altered(edit)
    problem = caught.value.problems[0]
    file, _, key = place.partition(":")
    assert problem.field.startswith(file)
    assert key in problem.field
    assert problem.message
    assert problem.remedy


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    (folder / "chain.toml").write_text("stations = [", encoding="utf-8")
    with pytest.raises(InvalidError) as caught:
        load_from(folder)
    assert caught.value.problems[0].field == "chain.toml:/"
    (folder / "chain.toml").unlink()
    with pytest.raises(InvalidError):
        load_from(folder)


def test_the_folder_reads_to_the_same_policy_as_the_installed_one(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    assert load_from(tmp_path / "data").digest == POLICY.digest


def test_a_pinned_document_gives_the_same_policy_back() -> None:
    again = policies.parse(POLICY.document)
    assert again == POLICY
    assert again.digest == POLICY.digest


def test_any_change_of_the_data_changes_the_digest() -> None:
    edits = (
        put("privacy/suppression_limit", 0.04),
        put("catalogue/student/name/reason", "…"),
        put("purposes/purposes/education_research/longest_days", 365),
    )
    assert len({POLICY.digest, *(altered(edit).digest for edit in edits)}) == 4


def test_every_retention_class_of_the_tables_has_a_period() -> None:
    assert {word.value for word in Retention} == RETENTION_CLASSES == set(POLICY.retention)


def test_the_loaded_policy_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        POLICY.catalogue["name"] = POLICY.field("grade")  # type: ignore[index]
