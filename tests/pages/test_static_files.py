"""What a page brings along: kept for ever under its digest, asked about otherwise."""

import re

import httpx2
import pytest

from tests.pages.visitors import Place

pytestmark = pytest.mark.browser

ASSET = re.compile(r'(?:src|href)="(/static/[^"]+)"')


def test_everything_a_page_loads_may_be_kept_for_ever(place: Place) -> None:
    html = httpx2.get(f"{place.issuer}/sign-in", trust_env=False).text
    assets = ASSET.findall(html)
    assert len(assets) >= 5
    for address in assets:
        answer = httpx2.get(place.issuer + address, trust_env=False)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("query", ["", "?v=", "?v=000000000000"])
def test_an_address_that_does_not_name_the_content_is_asked_about(place: Place, query: str) -> None:
    answer = httpx2.get(f"{place.issuer}/static/js/theme.js{query}", trust_env=False)
    assert answer.headers["cache-control"] == "no-cache"


def test_a_page_itself_is_never_kept(place: Place) -> None:
    answer = httpx2.get(f"{place.issuer}/sign-in", trust_env=False)
    assert answer.headers["cache-control"] == "no-store"
