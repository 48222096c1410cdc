"""Who may import whom, and which libraries never come near the serving process."""

import importlib.metadata
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import PACKAGES, ROOT, project

CONTRACTS = project()["tool"]["importlinter"]["contracts"]
HEAVY = next(one["forbidden_modules"] for one in CONTRACTS if one["id"] == "heavy")

SIGN_IN = """
import asyncio, json, sys
from pathlib import Path
import httpx2
from server.app import create_app
from server.keys import create_keys
from server.migrate import upgrade
from server.settings import Settings

async def main():
    settings = Settings(data=Path(sys.argv[1]), argon2_memory_kib=8, argon2_passes=1)
    create_keys(settings)
    upgrade(settings.database)
    app = create_app(settings)
    inner = app._app.pages
    async with inner.router.lifespan_context(inner):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url=settings.issuer) as browser:
            shown = await browser.get("/sign-in", headers={"Accept": "text/html"})
            csrf = shown.text.split('name="csrf" value="')[1].split('"')[0]
            form = {"csrf": csrf, "username": "nobody", "password": "wrong"}
            posted = await browser.post("/sign-in", data=form)
            found = await browser.get("/.well-known/openid-configuration")
    print(json.dumps([shown.status_code, posted.status_code, found.status_code]))

asyncio.run(main())
print(json.dumps(sorted(name for name in sys.modules if "." not in name)))
"""


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in done.stdout


def test_no_contract_makes_an_exception() -> None:
    assert [one["id"] for one in CONTRACTS if one.get("ignore_imports")] == []


def test_after_a_sign_in_the_server_holds_none_of_the_heavy_libraries(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SIGN_IN, tmp_path], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    statuses, modules = (json.loads(line) for line in done.stdout.splitlines()[-2:])
    assert statuses[0] == statuses[2] == 200
    assert statuses[1] in {200, 401, 403, 422}  # the attempt was judged
    assert {"server", "identity", "sharing", "registry", "ledger", "sqlalchemy"} <= set(modules)
    assert set(modules) & set(HEAVY) == set()


@pytest.mark.parametrize("name", HEAVY)
def test_the_heavy_libraries_are_there_for_child_processes(name: str) -> None:
    """Else their absence from the server proves nothing."""
    if name == "numba":  # forbidden before it is needed
        assert name not in " ".join(project()["project"]["dependencies"])
        return
    assert importlib.util.find_spec(name) is not None


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_is_this_checkouts_and_no_other_distribution_provides_it(name: str) -> None:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).parent == ROOT / name
    assert set(importlib.metadata.packages_distributions().get(name, [])) <= {"xueyin"}


def test_the_wheel_and_the_contracts_name_the_same_packages() -> None:
    wheel = project()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    roots = project()["tool"]["importlinter"]["root_packages"]
    assert tuple(wheel) == tuple(roots) == PACKAGES
