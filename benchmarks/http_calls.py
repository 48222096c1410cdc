"""Tokens against this machine's bare signature, and what the door adds to userinfo."""

import http.client
import tempfile
import threading
import time
from base64 import b64encode
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks.measure import Peak, Row, cpu_seconds, in_turn
from tests.durability.calls import at_once, exchange, new_codes
from tests.durability.plant import Plant, plant
from tests.durability.server_process import ServerProcess, running
from tests.foreign.programs import free_port

CONNECTIONS, CALLS = 8, 100
SIGNATURES, LOOKS = 2_000, 60


def rows() -> list[Row]:
    """Serve a small county in a process of its own and call it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        planted = plant(folder, free_port(), pupils=0)
        with running(planted, folder / "log") as server, Peak(server.pid).watching() as peak:
            tokens = _tokens(planted, server, peak)
            return [tokens, _userinfo(planted, peak)]


def _tokens(planted: Plant, server: ServerProcess, peak: Peak) -> Row:
    _burst(planted)  # warm
    signing, issuing = in_turn(_signing, lambda: _issuing(planted, server))
    return Row(
        "client_credentials token, ES256 (CPU of the server)",
        f"{issuing * 1e6:,.0f} us a token",
        f"{signing * 1e6:,.0f} us a bare signature",
        f"{signing / issuing:.0%} of the signing limit",
        peak.megabytes,
    )


def _signing() -> float:
    """Return the CPU seconds of one ES256 signature."""
    key, before = ec.generate_private_key(ec.SECP256R1()), time.process_time()
    for _ in range(SIGNATURES):
        key.sign(b"x" * 300, ec.ECDSA(SHA256()))
    return (time.process_time() - before) / SIGNATURES


def _issuing(planted: Plant, server: ServerProcess) -> float:
    """Return the CPU seconds of the server's process tree for one token."""
    before = cpu_seconds(server.pid)
    _burst(planted)
    # The kernel counts in ticks of 10 ms: several hundred calls make that a small error.
    return (cpu_seconds(server.pid) - before) / (CONNECTIONS * CALLS)


def _burst(planted: Plant) -> None:
    threads = [threading.Thread(target=_client, args=(planted,)) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _client(planted: Plant) -> None:
    secret = b64encode(f"{planted.app.client_id}:{planted.app.secret}".encode()).decode()
    headers = {
        "Authorization": f"Basic {secret}", "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    body = urlencode({"grant_type": "client_credentials", "scope": "registry.read"})
    connection = http.client.HTTPConnection("127.0.0.1", planted.settings.port, timeout=30)
    for _ in range(CALLS):
        connection.request("POST", "/token", body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"the token endpoint answered {answer.status}")
    connection.close()


def _userinfo(planted: Plant, peak: Peak) -> Row:
    claims, bare = (_access_token(planted, scope) for scope in ("openid edu", "openid"))
    told = [len(_look(planted, token)[1]) for token in (claims, bare)]
    if told[0] <= told[1]:
        raise RuntimeError("the token with scope edu brought no claims")
    through, sub_only = in_turn(lambda: _latency(planted, claims), lambda: _latency(planted, bare))
    return Row(
        "userinfo through the door (median of one caller)",
        f"{through * 1e3:.2f} ms with claims",
        f"{sub_only * 1e3:.2f} ms with sub only",
        f"x {through / sub_only:.1f}, {(through - sub_only) * 1e3:+.2f} ms",
        peak.megabytes,
    )


def _access_token(planted: Plant, scope: str) -> str:
    [code] = new_codes(planted, 1, scope)
    [answer] = at_once(planted, [exchange(planted, code)])
    return answer.split(b'"access_token":"')[1].split(b'"')[0].decode()


def _latency(planted: Plant, token: str) -> float:
    return median(_look(planted, token)[0] for _ in range(LOOKS))


def _look(planted: Plant, token: str) -> tuple[float, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", planted.settings.port, timeout=30)
    connection.connect()
    start = time.perf_counter()
    connection.request("GET", "/userinfo", headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    body = answer.read()
    seconds = time.perf_counter() - start
    connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise RuntimeError(f"userinfo answered {answer.status}: {body!r}")
    return seconds, body
