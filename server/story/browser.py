"""A reader without script: follows links, fills forms, keeps cookies. Public HTTP only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx2
from typing_extensions import override

Values = dict[str, str | list[str]]
REFRESH = re.compile(r'<meta http-equiv="refresh" content="[^"]*url=([^"]+)"')


@dataclass(slots=True)
class Form:
    """A form as it stands on a page: where it goes, and what it would send untouched."""

    action: str
    method: str = "get"
    id: str = ""
    values: Values = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was read; `text` are the words of its main part."""

    url: str
    status: int
    text: str
    html: str
    forms: tuple[Form, ...]
    content: bytes
    headers: dict[str, str]

    def form(self, action_end: str) -> Form:
        """Return the form whose action ends so; raises LookupError with what there is."""
        for form in self.forms:
            if form.action.split("?")[0].endswith(action_end):
                return form
        there = ", ".join(form.action for form in self.forms)
        raise LookupError(f"no form to {action_end} on {self.url} (there: {there}): {self.text}")


class Browser:
    """One person's browser. `transport` carries its calls elsewhere than to the network."""

    def __init__(self, base: str, transport: httpx2.BaseTransport | None = None) -> None:
        self._http = httpx2.Client(
            base_url=base, follow_redirects=True, timeout=60, trust_env=False,
            headers={"Accept": "text/html,*/*"}, transport=transport,
        )  # fmt: skip

    def get(self, url: str) -> Page:
        """Read a page, following redirects across sites as browsers do."""
        return self._follow(self._http.get(url))

    def submit(
        self,
        page: Page,
        form: Form,
        values: Values | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> Page:
        """Send the form with some answers changed; raises LookupError for an unknown field.

        `files` maps field names to (file name, content, media type).
        """
        unknown = (set(values or {}) | set(files or {})) - form.names
        if unknown:
            raise LookupError(f"the form to {form.action} has no field {sorted(unknown)}")
        data = {**form.values, **(values or {})}
        address = urljoin(page.url, form.action or page.url)
        if form.method == "get":
            return self._follow(self._http.get(address, params=data))
        return self._follow(self._http.post(address, data=data, files=files or None))

    def post(self, url: str, values: Values) -> Page:
        """Send a form that stands on no page that was read."""
        return self._follow(self._http.post(url, data=values))

    def send(
        self, method: str, url: str, *, content: str = "", headers: Mapping[str, str] | None = None
    ) -> httpx2.Response:
        """Send what no form would, with this browser's cookies; redirects are not followed."""
        return self._http.request(
            method, url, content=content, headers=headers, follow_redirects=False
        )

    def _follow(self, response: httpx2.Response) -> Page:
        """Follow a page that says "go on there" (meta refresh), as browsers do."""
        page = _page(response)
        found = REFRESH.search(page.html)
        return self.get(urljoin(page.url, unescape(found[1]))) if found else page

    def close(self) -> None:
        """Forget everything."""
        self._http.close()


def sign_in(
    base: str, username: str, password: str, transport: httpx2.BaseTransport | None = None
) -> Browser:
    """Return a browser in which the person is signed in."""
    browser = Browser(base, transport)
    enter(browser, browser.get("/sign-in"), username, password)
    return browser


def enter(browser: Browser, page: Page, username: str, password: str) -> Page:
    """Fill in the sign-in page."""
    form = page.form("/sign-in")
    return browser.submit(page, form, {"username": username, "password": password})


def _page(response: httpx2.Response) -> Page:
    reader = _Reader()
    kind = response.headers.get("content-type", "")
    html = response.text if kind.startswith("text/") else ""
    reader.feed(html)
    return Page(
        url=str(response.url),
        status=response.status_code,
        text=" ".join(" ".join(reader.main or reader.words).split()),
        html=html,
        forms=tuple(reader.forms),
        content=response.content,
        headers=dict(response.headers),
    )


class _Reader(HTMLParser):
    """Collects visible words and forms."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.main: list[str] = []
        self.forms: list[Form] = []
        self._in_main = False
        self._silent = 0
        self._select = ""
        self._area = ""

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in_main = self._in_main or tag == "main"
        if tag in {"script", "style"}:
            self._silent += 1
        elif tag == "form":
            method = given.get("method", "get").lower()
            self.forms.append(Form(given.get("action", ""), method, given.get("id", "")))
        elif self.forms:
            self._field(tag, given)

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._silent -= 1
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""
        elif tag == "main":
            self._in_main = False

    @override
    def handle_data(self, data: str) -> None:
        if self._area and self.forms:
            self.forms[-1].values[self._area] = data.removeprefix("\n")
        elif not self._silent:
            self.words.append(data)
            if self._in_main:
                self.main.append(data)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        form, name = self.forms[-1], given.get("name", "")
        if tag == "option" and self._select:
            self._option(form, given)
        elif not name:
            return
        elif tag == "select":
            self._select = name
            form.names.add(name)
        elif tag == "textarea":
            self._area = name
            form.names.add(name)
            form.values.setdefault(name, "")
        elif tag == "button":
            form.names.add(name)
        elif tag == "input":
            form.names.add(name)
            self._input(form, name, given)

    def _option(self, form: Form, given: dict[str, str]) -> None:
        if "selected" in given or self._select not in form.values:
            form.values[self._select] = given.get("value", "")

    @staticmethod
    def _input(form: Form, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in {"checkbox", "radio"}:
            if "checked" in given:
                held = form.values.get(name, [])
                several = [held] if isinstance(held, str) else list(held)
                form.values[name] = [*several, given.get("value", "on")]
        elif kind not in {"submit", "button", "file", "image", "reset"}:
            form.values[name] = given.get("value", "")
