"""May a client be registered like this? Our own rules beside those that Authlib checks."""

import unicodedata
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc.errors import JoseError

from identity.provider.domain.client import (
    ID_TOKEN_ALGORITHMS,
    RECORD_SCOPE,
    AuthMethod,
    GrantType,
    Profile,
)
from identity.provider.domain.keys import RSA_BITS, import_public
from identity.provider.domain.redirect import redirect_uri_problem, sector_of
from kernel.errors import Problem

LONGEST_NAME = 60
SHORTEST_REASON = 10
MOST_URIS = 10
MOST_KEYS = 5
LONGEST_KID = 128
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
KEY_ALGORITHMS = {"EC": frozenset({"ES256"}), "RSA": frozenset({"RS256", "PS256"})}


@dataclass(frozen=True, slots=True)
class Registration:
    """What a developer asks for. `jwks` is the client's public JWK Set for private_key_jwt."""

    name: str
    sandbox: bool
    redirect_uris: tuple[str, ...] = ()
    auth_method: AuthMethod = AuthMethod.SECRET_BASIC
    jwks: Mapping[str, Any] = field(default_factory=dict)
    id_token_alg: str = "ES256"  # noqa: S105  the name of an algorithm
    profile: Profile = Profile.DEFAULT
    profile_reason: str = ""
    grants: tuple[GrantType, ...] = (GrantType.AUTHORIZATION_CODE, GrantType.CLIENT_CREDENTIALS)

    def metadata(self) -> dict[str, Any]:
        """Return the registration in the words of RFC 7591 section 2."""
        return {
            "client_name": self.name,
            "redirect_uris": list(self.redirect_uris),
            "token_endpoint_auth_method": self.auth_method.value,
            "grant_types": [grant.value for grant in self.grants],
            "response_types": ["code"],
            "id_token_signed_response_alg": self.id_token_alg,
            "subject_type": "pairwise",
            "scope": f"openid {RECORD_SCOPE}",
        } | ({"jwks": dict(self.jwks)} if self.jwks else {})


def problems(asked: Registration) -> tuple[Problem, ...]:
    """Return everything that is wrong with a registration."""
    return tuple(
        problem
        for check in (_name, _uris, _grants, _profile, _algorithm, _keys)
        for problem in check(asked)
    )


def _name(asked: Registration) -> Iterator[Problem]:
    """A name that could hide or turn text around would deceive on the consent page."""
    tricky = any(unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"} for char in asked.name)
    if not asked.name.strip() or len(asked.name) > LONGEST_NAME or tricky:
        yield Problem(
            "应用名称不能为空，也不能含有控制字符", field="name",
            remedy=f"请填写 1 到 {LONGEST_NAME} 个字符，学生会在登录时看到它",
        )  # fmt: skip


def _uris(asked: Registration) -> Iterator[Problem]:
    if len(asked.redirect_uris) > MOST_URIS or len(set(asked.redirect_uris)) != len(
        asked.redirect_uris
    ):
        yield Problem("回调地址重复或过多", field="redirect_uris", remedy=f"最多 {MOST_URIS} 个")
    found = [redirect_uri_problem(uri) for uri in asked.redirect_uris]
    yield from (problem for problem in found if problem is not None)
    if not any(found) and asked.redirect_uris and sector_of(asked.redirect_uris) is None:
        yield Problem(
            "回调地址的主机名必须相同", field="redirect_uris", rule="OpenID Connect Core §8.1",
            remedy="不同主机请分别登记应用",
        )  # fmt: skip


def _grants(asked: Registration) -> Iterator[Problem]:
    if GrantType.AUTHORIZATION_CODE in asked.grants and not asked.redirect_uris:
        yield Problem("请至少填写一个回调地址", field="redirect_uris", rule="RFC 7591 §2")
    if not asked.grants or len(set(asked.grants)) != len(asked.grants):
        yield Problem("请选择授权方式", field="grants", rule="RFC 7591 §2")


def _profile(asked: Registration) -> Iterator[Problem]:
    if asked.profile is Profile.OIDC_BASIC and len(asked.profile_reason.strip()) < SHORTEST_REASON:
        yield Problem(
            "不使用 PKCE 必须说明理由", field="profile_reason", rule="RFC 9700 §2.1.1",
            remedy=f"请用至少 {SHORTEST_REASON} 个字说明为什么应用不能使用 PKCE",
        )  # fmt: skip


def _algorithm(asked: Registration) -> Iterator[Problem]:
    if asked.id_token_alg not in ID_TOKEN_ALGORITHMS:
        yield Problem("ID Token 的签名算法只能是 ES256 或 RS256", field="id_token_alg")


def _keys(asked: Registration) -> Iterator[Problem]:
    if asked.auth_method is not AuthMethod.PRIVATE_KEY_JWT:
        if asked.jwks:
            yield Problem("只有 private_key_jwt 需要公钥", field="jwks", remedy="请清空公钥")
        return
    keys = asked.jwks.get("keys")
    if not isinstance(keys, list) or not 1 <= len(keys) <= MOST_KEYS:
        yield Problem(
            "请填写 JWK Set 格式的公钥", field="jwks", rule="RFC 7517 §5",
            remedy=f"1 到 {MOST_KEYS} 个公钥",
        )  # fmt: skip
        return
    wrong = next((text for text in map(key_problem, keys) if text), "")
    if not wrong and len({key["kid"] for key in keys}) != len(keys):
        wrong = "kid 不得重复"
    if wrong:
        yield Problem(f"公钥不可用：{wrong}", field="jwks", rule="RFC 7517 §4；RFC 8725 §3.2")


def key_problem(key: object) -> str:
    """Return in Chinese why a client's JWK cannot be used, or an empty text."""
    if not isinstance(key, dict) or PRIVATE_MEMBERS & key.keys():
        return "不得包含私钥，请只提交公钥"
    kid, allowed = key.get("kid"), KEY_ALGORITHMS.get(str(key.get("kty")), frozenset())
    if not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_KID:
        return "缺少 kid"
    if key.get("alg") not in allowed:
        return "请写明 alg：EC P-256 用 ES256，RSA 用 PS256 或 RS256"
    if key.get("crv", "P-256") != "P-256" or key.get("use", "sig") != "sig":
        return "曲线只能是 P-256，用途只能是 sig"
    return _unreadable(key)


def _unreadable(key: Mapping[str, Any]) -> str:
    try:
        if key["kty"] == "RSA" and _bits(key["n"]) < RSA_BITS:
            return f"RSA 不得短于 {RSA_BITS} 位"
        import_public(key)
    except (JoseError, ValueError, TypeError, KeyError):
        return "无法读取"
    return ""


def _bits(number: str) -> int:
    """Return the length of a Base64urlUInt (RFC 7518 section 2); raises ValueError, TypeError."""
    padded = number + "=" * (-len(number) % 4)
    return int.from_bytes(urlsafe_b64decode(padded), "big").bit_length()
