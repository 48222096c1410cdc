"""What belongs to the house: packages, files under version control, the project's settings."""

import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "server", "identity", "sharing", "registry", "policies", "anonymize", "ledger", "kernel",
)  # fmt: skip


@cache
def tracked() -> tuple[Path, ...]:
    """Return the files under version control and those about to be (not ignored), by path."""
    if not (ROOT / ".git").exists():  # an export without history: all files but those made here
        made = {".venv", ".venv-test", "var", "node_modules", "__pycache__"}
        paths = (path for path in ROOT.rglob("*") if path.is_file())
        return tuple(
            sorted(
                path for path in paths
                if not any(part in made or part.endswith("_cache") for part in path.parts)
            )
        )  # fmt: skip
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def ours(*suffixes: str) -> list[Path]:
    """Return tracked files with one of the suffixes that were not copied from elsewhere."""
    return [path for path in tracked() if path.suffix in suffixes and "vendor" not in path.parts]


@cache
def project() -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def place(path: Path) -> str:
    """Return a path as seen from the checkout's top."""
    return path.relative_to(ROOT).as_posix()
