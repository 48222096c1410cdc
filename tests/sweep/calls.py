"""How is every route called so that it would say what it knows? A route not here fails the sweep.

Text in braces is replaced by every identifier of that kind; `{version}` by the data request's own.
"""

from dataclasses import dataclass

Form = dict[str, str]
READ, ACT, LAST = range(3)
"""In this order: first who only reads, then who changes, at the end who ends things."""


@dataclass(frozen=True, slots=True)
class How:
    """Forms to post (each is tried), queries to put behind the path, and when."""

    forms: tuple[Form, ...] = ({},)
    queries: tuple[str, ...] = ("",)
    when: int = READ


def posted(*forms: Form, when: int = ACT) -> How:
    return How(forms=forms or ({},), when=when)


WHY = "核对学生信息，家长来电"
ASKED = (
    "?client_id={client_id}&response_type=code&redirect_uri=https://app.example/callback&state=s"
    "&nonce=n&code_challenge_method=S256"
    "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)
PUBLIC = {
    "GET /openapi.json": How(),
    "GET /": How(),
    "GET /healthz": How(),
    "GET /public/recipients": How(),
    "GET /.well-known/openid-configuration": How(),
    "GET /.well-known/oauth-authorization-server": How(),
    "GET /jwks.json": How(),
}
ACCOUNTS = {
    "GET /sign-in": How(queries=("", "?next=/me")),
    "POST /sign-in": posted({"username": "{name}", "password": "x", "next": "/"}, when=LAST),
    "POST /sign-out": posted(when=LAST),
    "GET /account/password": How(),
    "POST /account/password": posted(
        {"old_password": "x", "new_password": "y", "again": "y", "next": "/"}, when=LAST
    ),
    "GET /account/signing-key": How(),
    "POST /account/signing-key": posted({"request": "xueyin-key-request@v1"}),
    "POST /account/signing-key/certificate": posted({"certificate": "xueyin-signing-key@v1"}),
    "POST /account/signing-key/revocation": posted({"key_id": "key_0"}, when=LAST),
    "GET /admin/accounts": How(),
    "POST /admin/accounts": posted(
        {"username": "{name}", "display_name": "{name}", "roles": "auditor"}
    ),
    "POST /admin/accounts/{account_id}/seal": posted(when=LAST),
    "POST /admin/accounts/{account_id}/unseal": posted(when=LAST),
    "POST /admin/accounts/{account_id}/password": posted(when=LAST),
    "GET /pupil-accounts/{student_id}": How(),
    "POST /pupil-accounts/{student_id}": posted(),
    "POST /pupil-accounts/{student_id}/password": posted(when=LAST),
}
PROVIDER = {
    "GET /authorize": How(
        queries=(
            f"{ASKED}&scope=openid%20edu%20edu.name",
            f"{ASKED}&scope=openid%20edu&prompt=consent",
        )
    ),
    "POST /authorize": posted({"client_id": "{client_id}", "response_type": "code"}),
    "GET /authorize/resume": How(queries=("?flow=x",)),
    "POST /consent": posted({"flow": "x", "answer": "accept"}),
    "POST /token": posted(
        {
            "grant_type": "authorization_code",
            "code": "x",
            "redirect_uri": "https://app.example/callback",
        },
        {"grant_type": "client_credentials", "scope": "registry.read"},
    ),
    "GET /userinfo": How(),
    "POST /userinfo": posted(),
    "GET /developer/clients": How(),
    "GET /developer/clients/new": How(),
    "POST /developer/clients": posted({"name": "{name}", "kind": "sandbox"}),
    "GET /developer/clients/{client_id}": How(),
    "POST /developer/clients/{client_id}/secret": posted(when=LAST),
    "POST /developer/clients/{client_id}/state": posted({"active": "no"}, when=LAST),
    "GET /developer/clients/{client_id}/refusals": How(),
}
REGISTRY = {
    "GET /registry": How(),
    "POST /registry/search": posted(
        {"text": "{surname}", "grade": "", "school_id": "", "page": "1"},
        {"text": "{document}", "grade": "", "school_id": "", "page": "1"},
        {"text": "", "grade": "09", "school_id": "", "page": "1"},
        {"text": "", "grade": "09", "school_id": "", "page": "2"},
    ),
    "GET /registry/students/{student_id}": How(),
    "POST /registry/students/{student_id}": posted({"reason": WHY}, {"reason": ""}),
    "POST /registry/students/{student_id}/status": posted({"status": "01", "reason": WHY}),
    "GET /registry/import": How(),
    "POST /registry/import": posted(),
    "GET /registry/import/template.xlsx": How(),
    "GET /registry/import/template.csv": How(),
    "GET /registry/import/{import_id}": How(queries=("", "?from=1")),
    "GET /registry/import/{import_id}/progress": How(),
    "POST /registry/import/{import_id}/commit": posted(),
    "GET /registry/import/{import_id}/faulty.xlsx": How(),
}
VERSION = {"version": "{version}"}
TRIAL = {"k": "10"}
NEW = {"client_id": "{client_id}", "purpose": "learning_platform_sign_in", "division": "371323"}
SHARING = {
    "GET /share/v1/students": How(
        queries=("", "?fields=name,class_name", "?fields=phone,document_number", "?limit=1")
    ),
    "POST /data-requests/{data_request_id}/release": posted(),
    "GET /developer/data-requests": How(),
    "GET /developer/data-requests/new": How(),
    "POST /developer/data-requests/new": posted(NEW),
    "GET /developer/data-requests/{request_id}/edit": How(),
    "POST /developer/data-requests/{request_id}/edit": posted(VERSION),
    "GET /developer/data-requests/{request_id}/check": How(),
    "POST /developer/data-requests/{request_id}/submit": posted(VERSION),
    "POST /developer/data-requests/{request_id}/withdraw": posted(VERSION, when=LAST),
    "GET /data-requests/{request_id}": How(),
    "GET /data-requests/{request_id}/attachments/{digest}": How(),
    "GET /reviews": How(),
    "GET /reviews/{request_id}": How(),
    "POST /reviews/{request_id}/preview": posted(VERSION),
    "POST /reviews/{request_id}/verdict": posted(
        VERSION | {"verdict": "return", "reason": "请补正申请的说明"}, when=LAST
    ),
    "POST /reviews/{request_id}/interest": posted({"note": "亲属在接收方任职"}, when=LAST),
    "GET /reviews/{request_id}/attachments/{digest}": How(),
    "GET /reviews/{request_id}/report": How(),
    "GET /reviews/{request_id}/trial": How(),
    "POST /reviews/{request_id}/trial": posted(TRIAL, when=READ),
    "GET /decisions": How(),
    "GET /decisions/{request_id}": How(),
    "POST /decisions/{request_id}/preview": posted(VERSION),
    "POST /decisions/{request_id}/verdict": posted(
        VERSION | {"verdict": "return", "reason": "请补正申请的说明"}, when=LAST
    ),
    "POST /decisions/{request_id}/interest": posted({"note": "亲属在接收方任职"}, when=LAST),
    "POST /decisions/{request_id}/prepare": posted(
        VERSION | {"reason": "同意提供", "most_rows": "9", "least_k": "1", "highest_risk": "1"}
    ),
    "GET /decisions/{request_id}/sign": How(),
    "GET /decisions/{request_id}/to-sign": How(),
    "POST /decisions/{request_id}/sign": posted(
        {"approval_id": "{approval_id}", "signature": "AAAA"}
    ),
    "GET /decisions/{request_id}/attachments/{digest}": How(),
    "GET /decisions/{request_id}/report": How(),
    "GET /decisions/{request_id}/trial": How(),
    "POST /decisions/{request_id}/trial": posted(TRIAL, when=READ),
    "GET /switches": How(),
    "POST /switches": posted(
        {"scope": "client", "target": "{client_id}", "reason": "怀疑泄露，先停止"}, when=LAST
    ),
    "POST /switches/{switch_id}/lift": posted(when=LAST),
    "POST /approvals/{approval_id}/revoke": posted({"reason": "用途结束，提前撤销"}, when=LAST),
    "GET /recipients": How(),
    "POST /recipients": posted({"name": "{name}", "kind": "app_provider", "uscc": "x"}),
    "GET /delegations": How(),
    "POST /delegations": posted(
        {
            "to_person": "x", "division": "371323", "start": "2026-09-01", "end": "2026-09-02",
            "reason": "外出学习",
        }
    ),
    "POST /delegations/{delegation_id}/end": posted(),
    "GET /audit": How(),
    "POST /audit": posted(
        {"text": "{student_id}"}, {"text": "{document}"}, {"text": "{approval_id}"},
        {"text": "{client_id}"}, {"text": "{name}"},
    ),
    "GET /audit/disclosures/{disclosure_id}": How(),
    "POST /audit/evidence": posted({"key": "{approval_id}"}, {"key": "{disclosure_id}"}),
    "GET /text-scan": How(),
    "POST /text-scan": posted({"text": "联系电话13812345678", "names": "{surname}"}, {"text": ""}),
    "GET /me": How(),
    "POST /me/withdraw": posted({"client_id": "{client_id}"}, when=LAST),
    "GET /consents": How(queries=("", "?done=recorded")),
    "POST /consents/search": posted({"text": "{student_id}"}, {"text": "{document}"}),
    "POST /consents": posted(
        {
            "student_id": "{student_id}", "approval_id": "{approval_id}", "name": "",
            "relation": "1", "signed_on": "",
        }
    ),
    "POST /consents/withdraw": posted(
        {"student_id": "{student_id}", "notice_id": "{notice_id}"}, when=LAST
    ),
}  # fmt: skip
TABLE = PUBLIC | ACCOUNTS | PROVIDER | REGISTRY | SHARING
