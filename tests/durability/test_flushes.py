"""The disk is asked before anybody is answered, and once for many: counted by strace."""

from pathlib import Path

import httpx2
import pytest

from tests.durability.calls import at_once, exchange, new_codes
from tests.durability.journal import Journal
from tests.durability.plant import Plant, plant
from tests.durability.server_process import running
from tests.durability.trace import Event, Trace
from tests.durability.users import Approver, Recipient
from tests.foreign.programs import free_port

BURST, MOST_FLUSHES = 64, 16
OUTPUT = ("fsync", "fdatasync", "write", "writev", "sendto", "sendmsg")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    return plant(tmp_path_factory.mktemp("plant"), free_port(), decisions=2)


@pytest.fixture
def trace(tmp_path: Path) -> Trace:
    return Trace(tmp_path / "strace")


def flushes(events: list[Event], ending: str = "") -> int:
    return sum(bool(event.flushed) and event.flushed.endswith(ending) for event in events)


def before_the_answer(events: list[Event]) -> list[Event]:
    """Return what happened until the first byte of the first answer."""
    return events[: next(n for n, event in enumerate(events) if event.status)]


def test_every_acknowledged_act_is_flushed_before_its_answer(
    planted: Plant, trace: Trace, tmp_path: Path
) -> None:
    journal = Journal()
    recipient, approver = Recipient(planted, journal, 1), Approver(planted, journal)
    with running(planted, tmp_path / "log", trace.command(*OUTPUT)) as server:
        recipient.act()  # with a token of its own
        approver.act()  # with a sign-in
        seen = len(trace.quiet())
        httpx2.get(f"{server.issuer}/healthz", trust_env=False)
        idle = trace.quiet()[seen:]
        assert flushes(before_the_answer(idle)) == 0  # else the counts below say nothing
        for _ in range(5):
            seen = len(trace.quiet())
            recipient.act()
            assert flushes(before_the_answer(trace.events()[seen:]), "xueyin.db-wal") >= 2
        to_sign = approver.pages()
        seen = len(trace.quiet())
        approver.sign(*to_sign)
        assert flushes(before_the_answer(trace.events()[seen:]), "xueyin.db-wal") >= 1
    approver.close()
    assert len(journal.answers) == 6
    assert len(journal.approved) == 2


def test_sixty_four_token_calls_at_once_cost_at_most_sixteen_flushes(
    planted: Plant, trace: Trace, tmp_path: Path
) -> None:
    with running(planted, tmp_path / "log", trace.command("fsync", "fdatasync")):
        codes = new_codes(planted, BURST)
        seen = len(trace.quiet())
        answers = at_once(planted, [exchange(planted, code) for code in codes])
        spent = flushes(trace.quiet()[seen:])
    assert [answer.split(b"\r\n")[0] for answer in answers] == [b"HTTP/1.1 200 OK"] * BURST
    assert 1 <= spent <= MOST_FLUSHES
