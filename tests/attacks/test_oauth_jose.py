"""RFC 8725: forged JWTs as access token, ID token hint and client assertion."""

import hashlib
import hmac
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwk

from identity.provider.domain.signing import es256
from identity.provider.usecases.verify_access_token import verify_access_token
from kernel.errors import SignInRequiredError
from kernel.runtime import Runtime
from tests.identity.provider.world import ISSUER, World, client_key


@pytest.fixture
def world(runtime: Runtime) -> World:
    made = World(runtime)
    made.sign_in()
    return made


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims, unverified."""
    head, body, _ = token.split(".")
    return orjson.loads(unb64(head)), orjson.loads(unb64(body))


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def forge(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    return f"{b64(orjson.dumps(header))}.{b64(orjson.dumps(claims))}.{b64(signature)}"


def hmac_forge(header: dict[str, Any], claims: dict[str, Any], key: bytes) -> str:
    unsigned = forge(header, claims).rpartition(".")[0]
    return f"{unsigned}.{b64(hmac.digest(key, unsigned.encode(), hashlib.sha256))}"


def forgeries(token: str, public: dict[str, Any]) -> dict[str, str]:
    """Return tokens with the claims of a good one that must all be refused."""
    header, claims = parts(token)
    own = ec.generate_private_key(ec.SECP256R1())
    embedded = jwk.ECKey.import_key(own.public_key()).as_dict(private=False)
    victim = jwk.ECKey.import_key(public)

    def signed(extra: dict[str, Any]) -> str:
        unsigned = forge({**header, **extra}, claims).rpartition(".")[0]
        return f"{unsigned}.{b64(es256(own)(unsigned.encode()))}"

    head, body, signature = token.split(".")
    return {
        "none": forge({**header, "alg": "none"}, claims),
        "None": forge({**header, "alg": "None"}, claims),
        "nOnE": forge({**header, "alg": "nOnE"}, claims),
        "no alg": forge({k: v for k, v in header.items() if k != "alg"}, claims),
        "none with signature": forge({**header, "alg": "none"}, claims, unb64(signature)),
        "empty signature": f"{head}.{body}.",
        "zero signature": forge(header, claims, bytes(64)),
        "hs256 pem": hmac_forge({**header, "alg": "HS256"}, claims, victim.as_pem(private=False)),
        "hs256 der": hmac_forge({**header, "alg": "HS256"}, claims, victim.as_der(private=False)),
        "hs256 jwk": hmac_forge({**header, "alg": "HS256"}, claims, orjson.dumps(public)),
        "hs256 empty": hmac_forge({**header, "alg": "HS256"}, claims, b""),
        "rs256": forge({**header, "alg": "RS256"}, claims, bytes(256)),
        "own key": signed({}),
        "jwk in header": signed({"jwk": embedded}),
        "jku": signed({"jku": "http://127.0.0.1:1/keys"}),
        "x5u": signed({"x5u": "http://127.0.0.1:1/keys"}),
        "x5c": signed({"x5c": ["AAAA"]}),
        "crit": signed({"crit": ["exp"]}),
        "b64 false": signed({"b64": False, "crit": ["b64"]}),
        "zip": signed({"zip": "DEF"}),
        "kid path": signed({"kid": "../../dev/null"}),
        "kid sql": signed({"kid": "' OR 1=1 --"}),
        "kid nul": signed({"kid": header["kid"] + "\0"}),
        "kid number": forge({**header, "kid": 1}, claims, unb64(signature)),
        "kid list": forge({**header, "kid": [header["kid"]]}, claims, unb64(signature)),
        "kid huge": forge({**header, "kid": "k" * 10_000}, claims, unb64(signature)),
        "changed claims": forge(header, {**claims, "jti": "other"}, unb64(signature)),
        "jwe": f"{head}.{body}.{signature}.{body}.{signature}",
        "huge": forge(header, {**claims, "x": "x" * 20_000}, unb64(signature)),
        "deep": f"{head}.{b64(b'[' * 9000)}.{signature}",
        "header not json": f"{b64(b'{')}.{body}.{signature}",
        "header list": f"{b64(b'[]')}.{body}.{signature}",
    }


def refused(world: World, token: str) -> bool:
    """Tell whether the gateway refuses the token."""
    try:
        world.run(verify_access_token(world.services, token))
    except SignInRequiredError:
        return True
    return False


def public_key(world: World, token: str) -> dict[str, Any]:
    kid = parts(token)[0]["kid"]
    return next(k for k in world.get("/jwks.json").json()["keys"] if k["kid"] == kid)


def test_no_forged_access_token_opens_userinfo(world: World) -> None:
    client, secret = world.client()
    token = world.tokens(client, secret)["access_token"]
    for name, forged in forgeries(token, public_key(world, token)).items():
        response = world.userinfo(forged)
        assert response.status_code == 401, name
        assert 'error="invalid_token"' in response.headers["www-authenticate"], name
    assert world.userinfo(token).status_code == 200


def test_no_forged_access_token_opens_the_record_api(world: World) -> None:
    client, secret = world.client()
    form = {"grant_type": "client_credentials"}
    answer = world.post("/token", data=form, auth=(client.client_id, secret)).json()
    token = answer["access_token"]
    for name, forged in forgeries(token, public_key(world, token)).items():
        assert refused(world, forged), name
    assert world.run(verify_access_token(world.services, token)).client_id == client.client_id


def test_no_forged_hint_is_believed(world: World) -> None:
    client, secret = world.client()
    token = world.tokens(client, secret)["id_token"]
    for name, forged in forgeries(token, public_key(world, token)).items():
        answer = world.answer(client, prompt="none", id_token_hint=forged)
        assert answer["error"] == "invalid_request", name


def test_no_forged_assertion_proves_a_client(world: World) -> None:
    client = world.key_client()
    good = world.assertion(client)
    for name, forged in forgeries(good, client_key().as_dict(private=False)).items():
        response = world.by_assertion(forged)
        assert (response.status_code, response.json()["error"]) == (401, "invalid_client"), name
    assert world.by_assertion(good).status_code == 200


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_a_key_registered_for_one_algorithm_does_not_serve_another(
    world: World, algorithm: str
) -> None:
    other = {"RS256": "PS256", "PS256": "RS256"}[algorithm]
    client = world.key_client(algorithm)
    unmarked = jwk.RSAKey.import_key(client_key(algorithm).as_pem(private=True))
    header = {"kid": f"own-{algorithm}"}
    good = world.assertion(client, algorithm=algorithm, key=unmarked, header=header)
    assert world.by_assertion(good).status_code == 200
    sent = world.assertion(client, algorithm=other, key=unmarked, header=header, jti="2")
    assert world.by_assertion(sent).status_code == 401


def test_an_id_token_is_not_an_access_token_and_the_reverse(world: World) -> None:
    client, secret = world.client()
    tokens = world.tokens(client, secret)
    assert world.userinfo(tokens["id_token"]).status_code == 401
    hint = world.answer(client, prompt="none", id_token_hint=tokens["access_token"])
    assert hint["error"] == "invalid_request"
    for token in tokens["id_token"], tokens["access_token"]:
        assert refused(world, token)


def test_a_token_of_a_provider_with_a_similar_name_is_refused(world: World) -> None:
    signer = world.run(world.services.cache.keys()).signer("ES256")
    now = int(world.runtime.clock().timestamp())
    client, _ = world.client()
    good = {
        "iss": ISSUER, "aud": f"{ISSUER}/share", "sub": client.client_id, "jti": "1",
        "client_id": client.client_id, "scope": "registry.read", "iat": now, "exp": now + 60,
    }  # fmt: skip
    assert world.run(verify_access_token(world.services, signer.sign(good, typ="at+jwt")))
    for changes in (
        {"iss": ISSUER + "/"}, {"iss": ISSUER[:-1]}, {"iss": [ISSUER]}, {"iss": None},
        {"aud": [f"{ISSUER}/share"]}, {"aud": f"{ISSUER}/share/"}, {"aud": ISSUER},
        {"sub": "client_0"}, {"client_id": "client_0"}, {"exp": now}, {"exp": "never"},
        {"scope": ["registry.read"]},
    ):  # fmt: skip
        token = signer.sign({**good, **changes}, typ="at+jwt")
        assert refused(world, token), changes


def test_refusing_a_monster_is_cheap(world: World) -> None:
    client = world.key_client()
    monsters = ["a." * 30_000, "a" * 60_000, f"{b64(b'{' * 40_000)}.e30.x"]
    for monster in monsters:
        begun = time.perf_counter()
        assert world.by_assertion(monster).status_code == 401
        assert world.userinfo(monster).status_code == 401
        assert time.perf_counter() - begun < 1
    assert world.by_assertion(world.assertion(client)).status_code == 200
