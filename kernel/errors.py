"""Which refusals exist? Each has a stable code, says what is wrong, the rule and the remedy."""

from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. All texts are Chinese and may be shown to the person asking.

    `field` is the path of the faulty input (empty: the whole), `rule` names the rule or article,
    `remedy` says what would cure it.
    """

    message: str
    field: str = ""
    rule: str = ""
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the problem as JSON-ready strings."""
        return asdict(self)


class XueyinError(Exception):
    """Base of all refusals. `code` is stable; HTTP status is decided once, at the edge."""

    code = "error"
    status = 500

    def __init__(self, message: str, **detail: str) -> None:
        super().__init__(message)
        self.problems: tuple[Problem, ...] = (Problem(message, **detail),)

    @classmethod
    def of(cls, problems: tuple[Problem, ...]) -> Self:
        """Return one refusal that carries several problems (at least one)."""
        error = cls(problems[0].message)
        error.problems = problems
        return error

    def as_dict(self) -> dict[str, Any]:
        """Return the refusal as an RFC 9457 problem body without `type` and `instance`."""
        return {
            "code": self.code,
            "title": self.problems[0].message,
            "problems": [problem.as_dict() for problem in self.problems],
        }


class InvalidError(XueyinError):
    """The input breaks a rule of form."""

    code = "invalid"
    status = 422


class DeniedError(XueyinError):
    """The caller may not do this."""

    code = "denied"
    status = 403


class SignInRequiredError(XueyinError):
    """Nobody is signed in, or the session has ended."""

    code = "sign_in_required"
    status = 401


class MissingError(XueyinError):
    """There is no such thing, or the caller may not know that there is."""

    code = "missing"
    status = 404


class ConflictError(XueyinError):
    """The thing has changed, is spent, or is in another state."""

    code = "conflict"
    status = 409


class TooManyError(XueyinError):
    """A limit of attempts, rate or size is reached."""

    code = "too_many"
    status = 429


class UnavailableError(XueyinError):
    """The service cannot do this safely now; nothing left, nothing changed."""

    code = "unavailable"
    status = 503


class CommitUnknownError(XueyinError):
    """A commit failed, so its outcome is unknown: look the fact up before you try again."""

    code = "commit_unknown"
    status = 503

    @classmethod
    def new(cls) -> Self:
        """Return the refusal in its only words."""
        return cls("提交结果未知", remedy="请先查询结果，再决定是否重试")
