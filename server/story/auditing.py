"""Last act: the auditor traces it all, takes the evidence away, and verifies it offline."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

from kernel.errors import ConflictError, DeniedError
from server.story.browser import Browser, Page
from server.story.stage import Stage, run


def search(browser: Browser, text: str) -> str:
    """Return the words of the trace; raises DeniedError with what the server said."""
    page = browser.get("/audit")
    return _ok(browser.submit(page, page.form("/audit"), {"text": text})).text


def evidence(browser: Browser, key: str) -> bytes:
    """Return the evidence bundle of an approval or a disclosure, a zip."""
    page = browser.get("/audit")
    token = page.form("/audit").values["csrf"]
    return _ok(browser.post("/audit/evidence", {"csrf": token, "key": key})).content


def auditor_traces(stage: Stage, approval_id: str, folder: Path) -> Path:
    """Find the approval, and keep its evidence; return the file."""
    browser = stage.browser("auditor")
    found = search(browser, approval_id)
    for word in ("申请", "批准", "百川学堂"):
        if word not in found:
            raise ConflictError(f"追踪结果里没有“{word}”：{found}")
    stage.fact(found[:300] + "……")
    bundle = folder / "evidence.zip"
    bundle.write_bytes(evidence(browser, approval_id))
    browser.close()
    return bundle


def verify_offline(stage: Stage, bundle: Path) -> None:
    """Verify in another process that knows the ledger package and two public keys only."""
    printed = run([sys.executable, "-m", "ledger", "verify", str(bundle), *stage.trusted_keys()])
    stage.fact("离线核验：" + printed.splitlines()[-1])


def alter_one_byte(stage: Stage, bundle: Path) -> None:
    """Flip one bit in a copy of the evidence; the verifier must say where."""
    copy = bundle.with_name("altered")
    with zipfile.ZipFile(io.BytesIO(bundle.read_bytes())) as archive:
        archive.extractall(copy)
    victim = next(path for path in sorted((copy / "log/tile/entries").rglob("*")) if path.is_file())
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(bytes(data))
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "ledger", "verify", str(copy), *stage.trusted_keys()],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode == 0:
        raise ConflictError("改动没有被发现")
    line = next(one for one in done.stdout.splitlines() if one.startswith("FAIL"))
    stage.fact(f"改了 {victim.relative_to(copy)} 的一个比特，核验指出：{line}")


def _ok(page: Page) -> Page:
    if page.status >= 400:  # noqa: PLR2004  HTTP's line between success and refusal
        raise DeniedError(page.text[:400], remedy="请核对编号与角色")
    return page
