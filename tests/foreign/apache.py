"""Debian's Apache with mod_auth_openidc, a program in C, in front of a page that says it all."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.foreign.programs import program
from tests.foreign.served import App

MODULES = Path("/usr/lib/apache2/modules")
LOADED = ("mpm_prefork", "authn_core", "authz_core", "authz_user", "alias", "cgi", "env",
          "auth_openidc")  # fmt: skip
SITE = """
ServerRoot {folder}
DefaultRuntimeDir {folder}
PidFile {folder}/apache.pid
ErrorLog /dev/stderr
LogLevel warn
ServerName localhost:{port}
Listen 127.0.0.1:{port}
User www-data
Group www-data
{modules}
StartServers 2
DocumentRoot {folder}/site
ScriptAlias /app {folder}/site/claims.cgi
<Directory {folder}/site>
    Options +ExecCGI
    Require all granted
</Directory>
<Location /alive>
    Require all granted
</Location>
Include {folder}/app.conf
"""
CLAIMS = """#!/usr/bin/python3
# Say what the module handed to the application, byte for byte.
import json, os
found = {k: v for k, v in os.environ.items() if k.startswith("OIDC_") or k == "REMOTE_USER"}
print("Content-Type: text/plain; charset=utf-8\\n", flush=True)
print(json.dumps(found))
"""


@contextmanager
def apache(app: App, app_conf: str, variables: Mapping[str, str]) -> Iterator[Path]:
    """Serve the protected page /app in the foreground while the block runs; yield its log."""
    # Not pytest's folder: Apache's workers are another user, who may not enter that.
    folder = Path(tempfile.mkdtemp(prefix="apache-"))
    folder.chmod(0o755)
    try:
        site = folder / "site"
        site.mkdir()
        script = site / "claims.cgi"
        script.write_text(CLAIMS)
        script.chmod(0o755)
        (folder / "app.conf").write_text(app_conf)
        modules = "\n".join(f"LoadModule {one}_module {MODULES}/mod_{one}.so" for one in LOADED)
        text = SITE.format(folder=folder, port=app.port, modules=modules)
        (folder / "httpd.conf").write_text(text)
        command = ["/usr/sbin/apache2", "-f", str(folder / "httpd.conf"), "-D", "FOREGROUND"]
        with program(command, variables, [f"{app.url}/alive"], folder / "apache.log"):
            yield folder / "apache.log"
    finally:
        shutil.rmtree(folder)
