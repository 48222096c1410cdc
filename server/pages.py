"""How is a page rendered: one Jinja environment, every package's templates, one layout."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from registry.domain.code_tables import TABLES
from server.navigation import navigation

HOUSE = Path(__file__).parent.parent
STATIC = HOUSE / "server" / "static"
TEMPLATES = (
    HOUSE / "server" / "templates",
    HOUSE / "identity" / "accounts" / "web" / "templates",
    HOUSE / "identity" / "provider" / "web" / "templates",
    HOUSE / "sharing" / "templates",
    HOUSE / "registry" / "web" / "templates",
)
CHINA_TIME = timezone(timedelta(hours=8), "北京时间")

Renderer = Callable[[Request, str, int, Mapping[str, Any]], HTMLResponse]


def renderer(*, demo: bool) -> Renderer:
    """Return the function behind `kernel.http.page`; an undefined name is an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals["static"] = static
    environment.globals["demo"] = demo
    environment.filters["moment"] = moment
    environment.filters["day"] = day
    environment.filters["last_day"] = last_day
    environment.filters["number"] = number
    environment.filters["ratio"] = ratio
    environment.filters["meaning"] = meaning

    def render(
        request: Request, template: str, status: int, context: Mapping[str, Any]
    ) -> HTMLResponse:
        principal = getattr(request.state, "principal", None)
        words = {
            "principal": principal,
            "csrf": getattr(request.state, "csrf", ""),
            "nav": navigation(principal, request.url.path),
            **context,
        }
        html = environment.get_template(template).render(words)
        return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})

    return render


@cache
def static(path: str) -> str:
    """Return the address of a static file, with its digest so that it may be cached for ever."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


def moment(value: datetime | None) -> str:
    """Return a time as people in China read it, to the minute."""
    if value is None:
        return "—"
    local = value.astimezone(CHINA_TIME)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def day(value: datetime | None) -> str:
    """Return a day as people in China read it."""
    if value is None:
        return "—"
    local = value.astimezone(CHINA_TIME)
    return f"{local.year}年{local.month}月{local.day}日"


def last_day(end: datetime | None) -> str:
    """Return the last day of a period that ends before `end`."""
    return day(None if end is None else end - timedelta(microseconds=1))


def number(value: int | None) -> str:
    """Return a count with its thousands set apart."""
    return "—" if value is None else f"{value:,}"


def ratio(value: float | None) -> str:
    """Return a share between 0 and 1 to three digits."""
    return "—" if value is None else f"{value:.3g}"


def meaning(value: str | None, field: str) -> str:
    """Return a registry code as it leaves, and what it stands for: `09（九年级）`."""
    if not value:
        return "—"
    table = TABLES.get(field)
    title = table.labels.get(value) if table else None
    return value if title in {None, value} else f"{value}（{title}）"
