"""Where may a browser be sent, and how is an answer put into that address?"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

from kernel.errors import Problem

LONGEST = 500
_NETLOC = re.compile(r"(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
_PLAIN = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@!$&'()+,;=%"
)


def redirect_uri_problem(uri: str) -> Problem | None:
    """Return why a redirect URI may not be registered, or None.

    https, or http on a loopback address (RFC 8252 section 7.3); no fragment (RFC 6749 section
    3.1.2), wildcard, user name, dot segment or character outside RFC 3986.
    """
    rule = "RFC 6749 §3.1.2；RFC 9700 §2.1"
    for wrong, message, remedy in _rules(uri):
        if wrong:
            return Problem(message, field="redirect_uris", rule=rule, remedy=remedy)
    return None


def _rules(uri: str) -> list[tuple[bool, str, str]]:
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return [(True, "回调地址不是有效的网址", "请检查主机名和端口")]
    loopback = is_loopback(host)
    allowed_scheme = parts.scheme == "https" or (parts.scheme == "http" and loopback)
    segments = parts.path.lower().replace("%2e", ".").split("/")
    return [
        (len(uri) > LONGEST, f"回调地址超过 {LONGEST} 个字符", "请缩短"),
        (
            not set(uri) <= _PLAIN,
            "回调地址含有空格、通配符或其他不允许的字符",
            "请逐个填写完整地址",
        ),
        (not allowed_scheme, "回调地址必须使用 https", "只有本机回环地址可以使用 http"),
        (not host, "回调地址缺少主机名", "请填写完整地址"),
        ("#" in uri, "回调地址不得包含片段", "请删去 # 及其后的内容"),
        (bool({".", ".."} & set(segments)), "回调地址不得包含 . 或 .. 路径", "请填写最终路径"),
        # The origin stands in a Content-Security-Policy: no letter may mean anything there.
        (not _NETLOC.fullmatch(parts.netloc), "主机名含有不允许的字符", "国际化域名请用 xn-- 形式"),
    ]


def is_loopback(host: str) -> bool:
    """Tell whether a host names the machine itself: the literal addresses, or `localhost`."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def origin(uri: str) -> str:
    """Return scheme, host and port of a registered redirect URI, as a CSP source."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def sector_of(redirect_uris: tuple[str, ...]) -> str | None:
    """Return the one host of all redirect URIs (OpenID Connect Core 8.1), or None if they differ.

    The host of a loopback address does not name an owner, so such a client is its own sector.
    """
    hosts = {urlsplit(uri).hostname or "" for uri in redirect_uris}
    return hosts.pop() if len(hosts) == 1 else None


def with_answer(redirect_uri: str, answer: Mapping[str, str]) -> str:
    """Return the redirect URI with the answer added to its query (RFC 6749 section 4.1.2)."""
    return redirect_uri + ("&" if "?" in redirect_uri else "?") + urlencode(answer)
