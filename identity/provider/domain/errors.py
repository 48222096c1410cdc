"""How do OAuth endpoints refuse? Codes are the standards'; descriptions are ASCII."""


class OAuthError(Exception):
    """An error of RFC 6749, RFC 6750 or OpenID Connect Core, to be sent to a program.

    `code` is the registered error code, `description` ASCII without quote or backslash
    (RFC 6749 section 5.2), `uri` a page that explains (may be empty).
    """

    def __init__(self, code: str, description: str, *, uri: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.description = description
        self.uri = uri


class UntrustedRedirectError(Exception):
    """The client or its redirect URI is not known good, so the browser is sent nowhere.

    RFC 6749 section 4.1.2.1: shown to the person on a page of our own. `code` is stable.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class TokenRejectedError(Exception):
    """A JWT is not what it must be. `reason` is ASCII and never repeats the token."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
