"""The declared policy: which role may use which route at all. A route without a row fails."""

from kernel.principal import Role

EVERYBODY = frozenset(Role)
OPEN = (
    "/openapi.json", "/healthz", "/sign-in", "/sign-out", "/account/password", "/authorize",
    "/consent", "/public", "/.well-known", "/jwks.json", "/token", "/userinfo",
)  # fmt: skip
"""For whoever comes: each of these checks by itself what it needs (a session, a token, a flow)."""
ROLES: dict[str, frozenset[Role]] = {
    "/registry": frozenset({Role.REGISTRAR}),
    "/pupil-accounts": frozenset({Role.REGISTRAR}),
    "/consents": frozenset({Role.REGISTRAR}),
    "/developer": frozenset({Role.DEVELOPER}),
    "/data-requests": frozenset({Role.DEVELOPER}),
    "/reviews": frozenset({Role.REVIEWER}),
    "/decisions": frozenset({Role.APPROVER}),
    "/account/signing-key": frozenset({Role.APPROVER}),
    "/delegations": frozenset({Role.REVIEWER, Role.APPROVER}),
    "/switches": frozenset({Role.ADMINISTRATOR, Role.APPROVER}),
    "/approvals": frozenset({Role.ADMINISTRATOR, Role.APPROVER}),
    "/text-scan": frozenset({Role.REVIEWER, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR}),
    "/recipients": frozenset({Role.ADMINISTRATOR}),
    "/admin": frozenset({Role.ADMINISTRATOR}),
    "/audit": frozenset({Role.AUDITOR}),
    "/me": frozenset({Role.PUPIL}),
    "/share": frozenset({Role.CLIENT}),
}
USERS = {
    Role.PUPIL: "schoolmate", Role.REGISTRAR: "registrar", Role.DEVELOPER: "developer",
    Role.REVIEWER: "reviewer", Role.APPROVER: "approver", Role.AUDITOR: "auditor",
    Role.ADMINISTRATOR: "admin",
}  # fmt: skip
"""One person a role."""


def allowed(route: str) -> frozenset[Role] | None:
    """Return the roles that may use a route (`METHOD /path`); None if it is open to all.

    Raises LookupError for a route of which the policy says nothing.
    """
    path = route.partition(" ")[2]
    if path == "/" or any(path == one or path.startswith(f"{one}/") for one in OPEN):
        return None
    for prefix, roles in ROLES.items():
        if path == prefix or path.startswith(f"{prefix}/"):
            return roles
    raise LookupError(f"no policy for {route}")


def user_of(route: str) -> str:
    """Return somebody who may use the route."""
    roles = allowed(route)
    role = min(roles) if roles else Role.PUPIL
    return USERS.get(role, "anonymous")
