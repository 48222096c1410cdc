"""Do the terms of an ask fit the policy: purpose, recipient, ground, basis, fields and forms?

Each check yields its failures. A data request and a release are judged by these same checks.
"""

from collections.abc import Iterator

from policies import words
from policies.articles import PIPL_6, PIPL_13, PIPL_23, PIPL_73, REGULATION_24
from policies.catalogue import DELIVERIES
from policies.decision import Failure
from policies.forms import KEEP, is_traceable
from policies.model import Law, Policy
from policies.words import BASES, FORMS, GROUNDS, listed


def known_purpose(policy: Policy, purpose: str) -> Iterator[Failure]:
    """The purpose is one of the closed list."""
    if purpose not in policy.purposes:
        yield Failure(
            "purpose_unknown", PIPL_6, f"用途“{purpose}”不在用途清单中", "请从用途清单中选择一项"
        )


def fitting_recipient(policy: Policy, purpose: str, recipient_kind: str) -> Iterator[Failure]:
    """The purpose is open to this kind of recipient."""
    entry = policy.purposes.get(purpose)
    if entry and recipient_kind not in entry.recipient_kinds:
        allowed = listed(policy.recipient_kinds, entry.recipient_kinds)
        yield Failure(
            "recipient_not_allowed",
            PIPL_23,
            f"用途“{entry.title}”不对该类接收方开放",
            f"该用途的接收方限于：{allowed}",
        )


def fitting_delivery(policy: Policy, purpose: str, delivery: str) -> Iterator[Failure]:
    """The purpose is served by this delivery."""
    entry = policy.purposes.get(purpose)
    if delivery not in DELIVERIES:
        yield Failure(
            "delivery_unknown",
            REGULATION_24,
            f"没有“{delivery}”这种提供方式",
            "请从声明、记录接口、文件、统计数中选择",
        )
    elif entry and delivery not in entry.deliveries:
        yield Failure(
            "delivery_not_allowed",
            REGULATION_24,
            f"用途“{entry.title}”不得以{words.DELIVERIES[delivery]}方式提供",
            f"该用途可用的方式：{listed(words.DELIVERIES, entry.deliveries)}",
        )


def known_ground(policy: Policy, purpose: str, ground_kind: str) -> Iterator[Failure]:
    """The ground is a law or a government's approval, and the purpose admits it."""
    entry = policy.purposes.get(purpose)
    if ground_kind not in GROUNDS:
        yield Failure(
            "ground_missing",
            REGULATION_24,
            "没有对外提供的依据",
            "须有法律法规的明确规定，或者经县级以上人民政府批准",
        )
    elif entry and ground_kind not in entry.grounds:
        allowed = listed(GROUNDS, entry.grounds)
        yield Failure(
            "ground_not_allowed",
            REGULATION_24,
            f"用途“{entry.title}”不能以{GROUNDS[ground_kind]}为依据",
            f"该用途的依据限于：{allowed}",
        )


def law_reaches(
    policy: Policy, purpose: str, law_id: str, recipient_kind: str
) -> Iterator[Failure]:
    """The cited law is one of the closed list and names this purpose and this recipient."""
    law = policy.grounds.get(law_id)
    if law is None:
        yield Failure(
            "law_unknown",
            REGULATION_24,
            f"法律依据“{law_id}”不在清单中",
            "请从法律依据清单中选择；清单之外的须经县级以上人民政府批准",
        )
        return
    if purpose not in law.purposes:
        yield _beyond(law, "law_purpose", "为该用途提供")
    if recipient_kind not in law.recipient_kinds:
        yield _beyond(law, "law_recipient", "向该类接收方提供")


def law_covers(policy: Policy, law_id: str, field: str) -> Iterator[Failure]:
    """The cited law reaches the field."""
    law = policy.grounds.get(law_id)
    if law and field in policy.catalogue and not law.covers(field):
        yield _beyond(law, "law_field", f"提供“{policy.catalogue[field].title}”", field)


def fitting_basis(policy: Policy, purpose: str, basis: str | None) -> Iterator[Failure]:
    """The basis is one of PIPL art. 13 that the purpose admits."""
    entry = policy.purposes.get(purpose)
    if basis is None or basis not in BASES:
        yield Failure(
            "basis_missing",
            PIPL_13,
            "没有处理个人信息的合法性基础",
            "请注明履行法定职责或者单独同意",
        )
    elif entry and basis not in entry.bases:
        allowed = listed(BASES, entry.bases)
        yield Failure(
            "basis_not_allowed",
            PIPL_13,
            f"用途“{entry.title}”不能以{BASES[basis]}为基础",
            f"该用途的合法性基础限于：{allowed}",
        )


def known_field(policy: Policy, field: str) -> Iterator[Failure]:
    """The field is one of the vocabulary."""
    if field not in policy.catalogue:
        yield Failure(
            "field_unknown", PIPL_6, f"字段“{field}”不在字段目录中", "请从字段目录中选择", field
        )


def needed_field(policy: Policy, purpose: str, field: str) -> Iterator[Failure]:
    """The purpose needs the field at all (least data, PIPL art. 6)."""
    entry = policy.purposes.get(purpose)
    if entry and field in policy.catalogue and field not in entry.fields:
        yield Failure(
            "field_not_in_purpose",
            PIPL_6,
            f"用途“{entry.title}”不需要字段“{policy.catalogue[field].title}”",
            "请去掉该字段",
            field,
        )


def permitted_form(policy: Policy, field: str, form: str) -> Iterator[Failure]:
    """The form is one the catalogue permits; a raw direct identifier never is."""
    entry = policy.catalogue.get(field)
    if entry is None or form in entry.forms:
        return
    options = listed(FORMS, entry.forms)
    if form == KEEP and entry.kind == "direct":
        yield Failure(
            "raw_identifier",
            REGULATION_24,
            f"“{entry.title}”是直接标识符，不得原样提供",
            f"请改用：{options}",
            field,
        )
    elif entry.free_text:
        yield Failure(
            "free_text",
            REGULATION_24,
            f"“{entry.title}”是自由文本，只可删除",
            "请去掉该字段",
            field,
        )
    else:
        yield Failure(
            "form_not_permitted",
            REGULATION_24,
            f"“{entry.title}”不允许以“{FORMS.get(form, form)}”的形式提供",
            f"可选形式：{options}",
            field,
        )


def anonymous_form(policy: Policy, purpose: str, field: str, form: str) -> Iterator[Failure]:
    """Where the purpose promises 匿名化, no mask and no pseudonym leaves."""
    entry = policy.purposes.get(purpose)
    if entry and entry.label == "匿名化" and is_traceable(form):
        yield Failure(
            "not_anonymous",
            PIPL_73,
            f"用途“{entry.title}”只提供匿名化的数据，不得用“{FORMS.get(form, form)}”",
            "请去掉该字段，或者改用更粗的粒度",
            field,
        )


def _beyond(law: Law, code: str, what: str, field: str = "") -> Failure:
    return Failure(
        code,
        REGULATION_24,
        f"{law.citation}没有规定{what}",
        "请改用适用的法律依据，或者报县级以上人民政府批准",
        field,
    )
