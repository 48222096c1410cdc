"""The disk is asked before anybody is answered, and once for many: counted by strace."""

import base64
import hashlib
import socket
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest

from server.story.browser import Browser, sign_in
from tests.durability.journal import Journal
from tests.durability.plant import Plant, plant
from tests.durability.server_process import running
from tests.durability.trace import Event, Trace
from tests.durability.users import Approver, Recipient
from tests.flows.cast import CALLBACK
from tests.foreign.programs import free_port

BURST, MOST_FLUSHES = 64, 16
VERIFIER = "v" * 64
DIGEST = hashlib.sha256(VERIFIER.encode()).digest()
CHALLENGE = base64.urlsafe_b64encode(DIGEST).rstrip(b"=").decode()
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


def new_codes(planted: Plant, count: int) -> list[str]:
    """Return fresh authorization codes of one signed-in pupil."""
    login = planted.logins["pupil"]
    browser = sign_in(planted.settings.issuer, login.username, login.password)
    codes = [new_code(planted, browser) for _ in range(count)]
    browser.close()
    return codes


def new_code(planted: Plant, browser: Browser) -> str:
    sent = {
        "client_id": planted.app.client_id, "redirect_uri": CALLBACK, "response_type": "code",
        "scope": "openid", "state": "s", "nonce": "n", "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }  # fmt: skip
    answer = browser.send("GET", "/authorize?" + urlencode(sent))
    assert answer.status_code == 303, answer.text
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


def exchange(planted: Plant, code: str) -> bytes:
    """Return the bytes of a token call."""
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }  # fmt: skip
    body = urlencode(form)
    secret = base64.b64encode(f"{planted.app.client_id}:{planted.app.secret}".encode()).decode()
    return (
        f"POST /token HTTP/1.1\r\nHost: {urlsplit(planted.settings.issuer).netloc}\r\n"
        f"Authorization: Basic {secret}\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        f"\r\n{body}"
    ).encode()


def at_once(planted: Plant, requests: list[bytes]) -> list[bytes]:
    """Send all requests on connections that are already open, then read all answers."""
    with ExitStack() as stack:
        address = ("127.0.0.1", planted.settings.port)
        sockets = [stack.enter_context(socket.create_connection(address, 30)) for _ in requests]
        for one, request in zip(sockets, requests, strict=True):
            one.sendall(request)
        return [b"".join(iter(lambda one=one: one.recv(65_536), b"")) for one in sockets]  # type: ignore[misc]
