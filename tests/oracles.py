"""Where do programs of others run that judge ours? In an environment of their own.

They pin old libraries, so they never share ours. It lies in `.venv-oracles` of the checkout and is
made once from hashed requirements; another digest of these makes it anew.
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
REQUIREMENTS = ROOT / "requirements" / "oracles.txt"
ENVIRONMENT = ROOT / ".venv-oracles"


def interpreter() -> Path:
    """Return the Python of the oracles' environment; make it first if it is missing or stale."""
    python = ENVIRONMENT / "bin" / "python"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    ready = ENVIRONMENT / "ready"
    if ready.exists() and ready.read_text() == wanted:
        return python
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
    subprocess.run(
        [
            str(Path(sys.executable).with_name("uv")), "pip", "install", "--quiet",
            "--system-certs", "--python", str(python),
            "--no-deps", "--require-hashes", "-r", str(REQUIREMENTS),
        ],
        check=True,
    )  # fmt: skip
    ready.write_text(wanted)
    return python


def ask(script: Path, *arguments: str, question: object = None) -> Any:  # noqa: ANN401  JSON
    """Run the script there, the question as JSON on its input; return the JSON it answers."""
    command = [str(interpreter()), "-W", "ignore", str(script), *arguments]
    return json.loads(output(command, json.dumps(question)))


def output(command: list[str], given: str = "") -> str:
    """Return the last line that the program prints; raises RuntimeError with its error output."""
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, check=False, timeout=600
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout.splitlines()[-1]
