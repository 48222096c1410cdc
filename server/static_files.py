"""How long may a browser keep a static file? For ever, when its address names its content."""

from pathlib import Path
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from typing_extensions import override

from server.pages import static

FOR_EVER = "public, max-age=31536000, immutable"
"""RFC 9111 5.2.2.1 and RFC 8246: kept for a year, never asked about again."""


class Assets(StaticFiles):
    """Static files. One asked for with its own digest may be kept; any other is asked about."""

    @override
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code in {200, 304}:
            named = parse_qs(scope["query_string"].decode("latin-1")).get("v", [""])[0]
            fits = static(Path(path).as_posix()).endswith(f"?v={named}")
            response.headers["Cache-Control"] = FOR_EVER if named and fits else "no-cache"
        return response
