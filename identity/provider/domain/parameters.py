"""Which parameters did a program send? None twice, none too long, all in UTF-8."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from identity.provider.domain.errors import OAuthError

LARGEST_FORM = 64 * 1024
MOST_PARAMETERS = 60


class RepeatedParameterError(OAuthError):
    """RFC 6749 section 3.1: parameters must not be included more than once."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__("invalid_request", "a parameter is included more than once")
        self.names = names


def parse(encoded: bytes) -> dict[str, str]:
    """Return the parameters of a query or form body; empty ones count as omitted (RFC 6749 3.1).

    Raises OAuthError `invalid_request` if the encoding is broken or there are too many, and
    RepeatedParameterError if one is repeated.
    """
    pairs = _pairs(encoded)
    parameters = dict(pairs)
    if len(parameters) != len(pairs):
        names = [name for name, _ in pairs]
        raise RepeatedParameterError(frozenset(n for n in names if names.count(n) > 1))
    return {name: value for name, value in parameters.items() if value}


def first_values(encoded: bytes) -> Mapping[str, str]:
    """Return for each unrepeated parameter its value: enough to find out where an error may go."""
    pairs = _pairs(encoded)
    names = [name for name, _ in pairs]
    return {name: value for name, value in pairs if names.count(name) == 1}


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    if len(encoded) > LARGEST_FORM:
        raise OAuthError("invalid_request", "the request is too large")
    try:
        pairs = parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_PARAMETERS,
        )
    except ValueError:
        raise OAuthError("invalid_request", "the parameters are not well formed") from None
    if any("\0" in value for _, value in pairs):
        raise OAuthError("invalid_request", "a parameter holds a NUL")
    return pairs
