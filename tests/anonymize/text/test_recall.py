"""Free text leaves only where the measured recall allows it, and the figures on file are true."""

from datetime import date

import pytest

from anonymize.text.recall import Figure, figures, judge, verdict
from anonymize.text.scan import Kind
from tests.anonymize.text.measuring import Measured, measure, remarks
from tests.anonymize.text.numbers import generated

LEAST = dict.fromkeys(Kind, 0.95)


def all_kinds(found: int, marked: int) -> tuple[Figure, ...]:
    return tuple(Figure(kind, found, marked, "x", "2026-11-25") for kind in Kind)


@pytest.fixture(scope="module")
def measured() -> dict[str, Measured]:
    return {"remarks": measure(remarks()), "numbers": measure(list(generated()))}


def test_the_figures_on_file_are_what_is_measured_now(measured: dict[str, Measured]) -> None:
    ours = [figure for figure in figures() if figure.set in measured]
    assert {figure.kind for figure in ours} >= set(Kind) - {Kind.PERSON}
    for figure in ours:
        now = measured[figure.set]
        assert (figure.found, figure.marked) == (now.found[figure.kind], now.marked[figure.kind])
        assert date.fromisoformat(figure.date) >= date(2026, 11, 1)


def test_what_is_not_marked_is_hardly_ever_found(measured: dict[str, Measured]) -> None:
    for name, least in (("remarks", 0.9), ("numbers", 0.95)):
        now = measured[name]
        for kind in now.marked:
            assert now.precision(kind) >= least, (name, kind, now.missed)


def test_a_measurement_notices_what_is_missed() -> None:
    spoiled = [text for text in remarks() if text.spans]
    emptied = [type(text)("无" * len(text.text), text.spans) for text in spoiled]
    now = measure(emptied)
    assert set(now.marked) > {"SCHOOL", "ADDRESS"}
    assert all(now.recall(kind) == 0 for kind in now.marked)


def test_free_text_may_leave_when_every_kind_is_proved_and_not_before() -> None:
    assert judge(all_kinds(400, 400), LEAST).allowed
    assert not judge(all_kinds(400, 400)[1:], LEAST).allowed
    assert not judge(all_kinds(380, 400), LEAST).allowed
    worse = (*all_kinds(400, 400), Figure(Kind.PERSON, 350, 400, "y", "2026-11-25"))
    assert judge(worse, LEAST).reasons == ("姓名：可证明的召回率 0.845，须达到 0.95",)


def test_a_few_examples_prove_little() -> None:
    assert not judge(all_kinds(17, 17), LEAST).allowed
    assert judge(all_kinds(52, 52), LEAST).allowed


def test_a_kind_without_a_least_recall_is_never_proved() -> None:
    assert not judge(all_kinds(10_000, 10_000), {}).allowed


def test_nothing_measured_proves_nothing() -> None:
    assert Figure(Kind.PERSON, 0, 0, "x", "2026-11-25").proved == 0
    assert Figure(Kind.PERSON, 0, 0, "x", "2026-11-25").recall == 0


def test_today_the_verdict_follows_from_the_file() -> None:
    """Not enough school remarks by other hands are marked yet: free text stays drop-only."""
    assert not verdict().allowed
    assert any(reason.startswith("学校") for reason in verdict().reasons)
