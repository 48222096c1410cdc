"""An app's calls at the token endpoint as bytes, so that many can be sent at once."""

import base64
import hashlib
import socket
from contextlib import ExitStack
from urllib.parse import parse_qs, urlencode, urlsplit

from server.story.browser import Browser, sign_in
from tests.durability.plant import Plant
from tests.flows.cast import CALLBACK

VERIFIER = "v" * 64
DIGEST = hashlib.sha256(VERIFIER.encode()).digest()
CHALLENGE = base64.urlsafe_b64encode(DIGEST).rstrip(b"=").decode()


def new_codes(planted: Plant, count: int, scope: str = "openid") -> list[str]:
    """Return fresh authorization codes of one signed-in pupil."""
    login = planted.logins["pupil"]
    browser = sign_in(planted.settings.issuer, login.username, login.password)
    codes = [_new_code(planted, browser, scope) for _ in range(count)]
    browser.close()
    return codes


def _new_code(planted: Plant, browser: Browser, scope: str) -> str:
    sent = {
        "client_id": planted.app.client_id, "redirect_uri": CALLBACK, "response_type": "code",
        "scope": scope, "state": "s", "nonce": "n", "code_challenge": CHALLENGE,
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
