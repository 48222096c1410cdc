"""Officials try the scan: in a process of its own, within limits, and nothing of it stays."""

import asyncio
import sys

import pytest

from anonymize.worker import TextFinding
from kernel.errors import DeniedError, InvalidError, TooManyError
from kernel.ids import AccountId, PersonId
from kernel.principal import Principal, Role
from sharing.oversight.usecases import scan_text as trying
from sharing.oversight.usecases.scan_text import LONGEST, TRIERS, Segment, Trial, Tried, scan_text


def somebody(role: Role) -> Principal:
    return Principal(AccountId("acc"), PersonId("per"), frozenset({role}), "某人")


def tried(trial: Trial, role: Role = Role.AUDITOR) -> Tried:
    return asyncio.run(scan_text(somebody(role), trial))


def test_findings_are_marked_and_counted_and_the_text_stays_whole() -> None:
    text = "小明的电话13812345678\n小明住校"
    result = tried(Trial(text, names="张小明\n\n李芳"))
    assert "".join(segment.text for segment in result.segments) == text
    assert result.segments[0] == Segment("小明", "姓名", 0.9)
    assert result.counts == (("姓名", 2), ("电话", 1))
    assert result.obstacles


def test_the_serving_process_loads_nothing_heavy_for_it() -> None:
    before = set(sys.modules)
    assert tried(Trial("今天很好")).segments == (Segment("今天很好"),)
    assert {"polars", "presidio_analyzer", "spacy"}.isdisjoint(set(sys.modules) - before)


@pytest.mark.parametrize("role", sorted(set(Role) - set(TRIERS)))
def test_only_officials_may_try(role: Role) -> None:
    with pytest.raises(DeniedError):
        tried(Trial("x"), role)


@pytest.mark.parametrize("text", ["", " \n", "长" * (LONGEST + 1)])
def test_no_text_and_too_long_a_text_are_refused(text: str) -> None:
    with pytest.raises(InvalidError) as refused:
        tried(Trial(text))
    assert refused.value.problems[0].field == "text"


def test_the_longest_text_is_taken_and_too_many_names_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(InvalidError):
        tried(Trial("x", names="张三\n" * 201))

    async def child(*_: object) -> tuple[TextFinding, ...]:
        return ()

    monkeypatch.setattr(trying, "scan_in_child", child)
    assert tried(Trial("长" * LONGEST)).counts == ()


def test_more_than_two_at_once_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    async def child(*_: object) -> tuple[TextFinding, ...]:
        await asyncio.sleep(0)
        return ()

    async def three() -> list[Tried | BaseException]:
        who = somebody(Role.REVIEWER)
        return await asyncio.gather(
            *(scan_text(who, Trial("x")) for _ in range(3)), return_exceptions=True
        )

    monkeypatch.setattr(trying, "scan_in_child", child)
    results = asyncio.run(three())
    assert [isinstance(one, Tried) for one in results] == [True, True, False]
    assert isinstance(results[2], TooManyError)
    assert isinstance(tried(Trial("x")), Tried), "afterwards there is room again"
