"""A relying party as a third party would write it: Authlib, the discovery document, nothing else.

It runs on another host name (localhost) than the provider (127.0.0.1): cookies ignore ports.
"""

import contextlib
import html
import json
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from authlib.integrations.starlette_client import OAuth, OAuthError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

CSS = (Path(__file__).parent / "app.css").read_text()


@dataclass(frozen=True, slots=True)
class RelyingPartySettings:
    """What the provider's developer portal gave this app."""

    issuer: str
    client_id: str
    client_secret: str
    base_url: str
    scope: str = "openid edu"
    asks_more: str = "openid edu edu.class_name"


def create_relying_party(settings: RelyingPartySettings) -> Starlette:
    """Return the demo app 「百川学堂」."""
    oauth = OAuth()
    oauth.register(
        "xueyin",
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        server_metadata_url=f"{settings.issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": settings.scope, "code_challenge_method": "S256"},
    )

    async def home(request: Request) -> Response:
        pupil = request.session.get("pupil")
        return _page(_welcome() if pupil is None else _signed_in(pupil))

    async def sign_in(request: Request) -> Response:
        scope = settings.asks_more if "more" in request.query_params else settings.scope
        answer: Response = await oauth.xueyin.authorize_redirect(
            request, f"{settings.base_url}/callback", scope=scope
        )
        return answer

    async def callback(request: Request) -> Response:
        try:
            token: dict[str, Any] = await oauth.xueyin.authorize_access_token(request)
        except OAuthError as error:
            return _page(_refused(error.error, error.description or ""), 403)
        claims = await oauth.xueyin.userinfo(token=token)
        request.session["pupil"] = dict(claims)
        return RedirectResponse("/", 303)

    async def sign_out(request: Request) -> Response:
        request.session.clear()
        return RedirectResponse("/", 303)

    async def css(_request: Request) -> Response:
        return Response(CSS, media_type="text/css")

    routes = [
        Route("/", home),
        Route("/sign-in", sign_in),
        Route("/callback", callback),
        Route("/sign-out", sign_out),
        Route("/app.css", css),
    ]
    session = Middleware(
        SessionMiddleware, secret_key=secrets.token_hex(32), session_cookie="demo_app"
    )
    return Starlette(routes=routes, middleware=[session])


def _page(body: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<title>百川学堂（示例应用）</title><link rel="stylesheet" href="/app.css">'
        f"<main>{body}</main></html>",
        status,
        headers={"Cache-Control": "no-store"},
    )


def _welcome() -> str:
    return (
        "<h1>百川学堂</h1><p>这是一个第三方学习应用（示例）。</p>"
        '<p><a class="button" id="sign-in" href="/sign-in">用学印登录</a>'
        '<a class="quiet" id="ask-more" href="/sign-in?more">要求更多信息</a></p>'
    )


def _signed_in(claims: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(_text(value))}</td></tr>"
        for name, value in claims.items()
    )
    return (
        "<h1>登录成功</h1><p>本应用得到的全部信息：</p>"
        f'<table id="claims">{rows}</table><p><a class="button" href="/sign-out">退出</a></p>'
    )


def _refused(error: str, description: str) -> str:
    return (
        "<h1>学印没有提供</h1><p>本应用要求的信息超出批准范围：</p>"
        f'<p id="error"><code>{html.escape(error)}</code> {html.escape(description)}</p>'
        '<p><a class="button" href="/">返回</a></p>'
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def main() -> None:
    """Serve the app on a loopback port: FILE ISSUER PORT BASE_URL."""
    file, issuer, port, base_url = sys.argv[1:]
    known = json.loads(Path(file).read_text())
    settings = RelyingPartySettings(issuer, known["client_id"], known["client_secret"], base_url)
    app = create_relying_party(settings)
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")


if __name__ == "__main__":
    main()
