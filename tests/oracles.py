"""Where do programs of others run that judge ours? In an environment of their own.

They pin old libraries, so they never share ours, and not all share one. An environment lies in
`.venv-<name>` of the checkout and is made once from the hashed `requirements/<name>.txt`; another
digest of these makes it anew.
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def interpreter(name: str = "oracles") -> Path:
    """Return the Python of the named environment; make it first if it is missing or stale."""
    requirements, environment = ROOT / "requirements" / f"{name}.txt", ROOT / f".venv-{name}"
    python = environment / "bin" / "python"
    wanted = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
    ready = environment / "ready"
    if ready.exists() and ready.read_text() == wanted:
        return python
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(environment)], check=True)
    subprocess.run(
        [
            str(Path(sys.executable).with_name("uv")), "pip", "install", "--quiet",
            "--system-certs", "--python", str(python),
            "--no-deps", "--require-hashes", "-r", str(requirements),
        ],
        check=True,
    )  # fmt: skip
    ready.write_text(wanted)
    return python


def ask(
    script: Path, *arguments: str, question: object = None, environment: str = "oracles"
) -> Any:  # noqa: ANN401  JSON
    """Run the script there, the question as JSON on its input; return the JSON it answers."""
    command = [str(interpreter(environment)), "-W", "ignore", str(script), *arguments]
    return json.loads(output(command, json.dumps(question)))


def output(command: list[str], given: str = "") -> str:
    """Return the last line that the program prints; raises RuntimeError with its error output."""
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, check=False, timeout=600
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout.splitlines()[-1]
