"""Does a policy contradict itself? Every finding names the file and the key."""

from collections.abc import Iterator
from itertools import chain

from kernel.errors import InvalidError
from kernel.principal import Role
from policies.catalogue import Field
from policies.forms import DROP, FORMS, KEEP, is_traceable
from policies.model import Law, Policy, Purpose

STANDARD_CLAIMS = frozenset({"name"})
"""OpenID Connect Core 5.1 claims in use; all others carry our prefix."""

RETENTION_CLASSES = frozenset(
    {"registry", "disclosure", "security_log", "session", "configuration", "staging"}
)
ANONYMOUS = "匿名化"
LEVELS = frozenset({"county", "city", "province", "central"})

Finding = tuple[str, str, str]


def validate(policy: Policy) -> None:
    """Raise InvalidError with the first contradiction: file, key, what is wrong."""
    findings = chain(
        _catalogue(policy),
        _purposes(policy),
        _grounds(policy),
        _chain(policy),
        _retention(policy),
        _privacy(policy),
    )
    for file, key, message in findings:
        raise InvalidError(
            f"政策文件 {file}.toml 的 {key}：{message}",
            field=f"{file}.toml:{key}",
            rule="政策文件须完整、无未知项、不自相矛盾",
            remedy="请更正该文件后重新启动",
        )


def _catalogue(policy: Policy) -> Iterator[Finding]:
    claims: set[str] = set()
    for field in policy.catalogue.values():
        for message in chain(_forms(field), _ways(field), _kind(field)):
            yield "catalogue", field.name, message
        if field.claim in claims:
            yield "catalogue", field.name, f"声明 {field.claim} 重复"
        if field.claim:
            claims.add(field.claim)


def _forms(field: Field) -> Iterator[str]:
    for form in field.forms:
        if form not in FORMS:
            yield f"未知的形式 {form}"
    if field.forms[:1] != (DROP,):
        yield "形式须从最严的 drop 排起"
    if len(set(field.forms)) != len(field.forms):
        yield "形式重复"
    if field.default_form not in field.forms:
        yield f"默认形式 {field.default_form} 不在允许的形式中"


def _ways(field: Field) -> Iterator[str]:
    if (field.forms == (DROP,)) != (field.deliveries == ()):
        yield "只可删除的字段不得有提供方式，其余字段须有"
    if ("claims" in field.deliveries) != (field.claim is not None):
        yield "声明名称与提供方式 claims 须同时有或者同时无"
    if field.claim and field.claim not in STANDARD_CLAIMS and not field.claim.startswith("edu_"):
        yield f"声明 {field.claim} 既不是 OpenID Connect 标准声明，也没有 edu_ 前缀"


def _kind(field: Field) -> Iterator[str]:
    if not 1 <= field.sensitivity <= 4:  # noqa: PLR2004  four levels, GB/T 43697-2024 general data
        yield "敏感级别须为 1 至 4"
    if not (field.title and field.reason and field.source_field and field.standard):
        yield "名称、敏感级别的理由、来源和标准均不得为空"
    if field.kind == "direct" and KEEP in field.forms:
        yield "直接标识符不得原样提供"
    if field.kind == "direct" and "counts" in field.deliveries:
        yield "直接标识符不得作统计维度"
    if field.kind == "sensitive" and (field.claim or field.default_form != DROP):
        yield "敏感字段默认删除，且不得作为声明"
    if field.free_text and field.forms != (DROP,):
        yield "自由文本只可删除"
    if field.name.startswith("guardian") and field.claim:
        yield "监护人是第三人，其信息不得作为声明"


def _purposes(policy: Policy) -> Iterator[Finding]:
    for purpose in policy.purposes.values():
        for message in chain(_words(policy, purpose), _askable(policy, purpose)):
            yield "purposes", f"purposes.{purpose.code}", message


def _words(policy: Policy, purpose: Purpose) -> Iterator[str]:
    for title, words, known in (
        ("接收方类别", purpose.recipient_kinds, policy.recipient_kinds),
        ("义务", purpose.obligations, policy.obligations),
        ("发布方式", (purpose.release,), policy.privacy.k),
    ):
        yield from (f"未知的{title} {word}" for word in words if word not in known)
    if not (purpose.recipient_kinds and purpose.deliveries and purpose.grounds and purpose.bases):
        yield "接收方、提供方式、依据和合法性基础均不得为空"
    if purpose.longest_days < 1:
        yield "最长期限至少一天"
    if purpose.label == ANONYMOUS and not set(purpose.deliveries) <= {"file", "counts"}:
        yield "匿名化只适用于表格文件和统计数"
    has_law = any(purpose.code in law.purposes for law in policy.grounds.values())
    if ("law" in purpose.grounds) != has_law:
        yield "以法律为依据的用途须恰好被某部法律列出"


def _askable(policy: Policy, purpose: Purpose) -> Iterator[str]:
    for name, form in purpose.fields.items():
        field = policy.catalogue.get(name)
        if field is None:
            yield f"未知的字段 {name}"
        elif form == DROP or form not in field.forms:
            yield f"字段 {name} 的形式 {form} 不被字段目录允许"
        elif not set(field.deliveries) & set(purpose.deliveries):
            yield f"字段 {name} 不能以该用途的任何方式提供"
        elif purpose.label == ANONYMOUS and is_traceable(form):
            yield f"匿名化用途的字段 {name} 不得用 {form}"


def _grounds(policy: Policy) -> Iterator[Finding]:
    for law in policy.grounds.values():
        for message in _law(policy, law):
            yield "grounds", f"laws.{law.id}", message


def _law(policy: Policy, law: Law) -> Iterator[str]:
    for name in law.fields:
        if name != "*" and name not in policy.catalogue:
            yield f"未知的字段 {name}"
    for code in law.purposes:
        purpose = policy.purposes.get(code)
        if purpose is None:
            yield f"未知的用途 {code}"
        elif not set(law.recipient_kinds) <= set(purpose.recipient_kinds):
            yield f"接收方类别超出用途 {code}"
        elif not set(law.fields) - {"*"} <= set(purpose.fields):
            yield f"字段超出用途 {code}"
    if not (law.recipient_kinds and law.purposes and law.fields and law.source and law.checked):
        yield "接收方、用途、字段、出处和核对方式均不得为空"


def _chain(policy: Policy) -> Iterator[Finding]:
    names = [station.name for station in policy.chain]
    if len(set(names)) != len(names):
        yield "chain", "stations", "环节重名"
    for station in policy.chain:
        if station.role not in set(Role) or station.min_level not in LEVELS:
            yield "chain", f"stations.{station.name}", "未知的角色或者层级"
    if names[-1:] != ["decide"]:
        yield "chain", "stations", "最后一个环节须为 decide"
    elif policy.chain[-1].org_kinds != ("government",):
        yield "chain", "stations.decide", "只有人民政府可以批准（第二十四条）"
    elif policy.chain[-1].min_level != "county":
        yield "chain", "stations.decide", "批准机关为县级以上人民政府（第二十四条）"


def _retention(policy: Policy) -> Iterator[Finding]:
    for name in sorted(RETENTION_CLASSES ^ set(policy.retention)):
        yield "retention", name, "未知或者缺少的保存类别"
    for kept in policy.retention.values():
        if kept.days < 0 or 0 < kept.days < kept.least_days:
            yield "retention", kept.name, "保存期限短于法定最短期限"


def _privacy(policy: Policy) -> Iterator[Finding]:
    privacy = policy.privacy
    askable = {
        field.name
        for field in policy.catalogue.values()
        if field.kind == "quasi" and {"file", "counts"} & set(field.deliveries)
    }
    for name in privacy.quasi_identifiers:
        if name not in policy.catalogue or policy.catalogue[name].kind == "direct":
            yield "privacy", f"quasi_identifiers.{name}", "不是字段目录中的准标识符"
    for name in sorted(askable - set(privacy.quasi_identifiers)):
        yield "privacy", f"quasi_identifiers.{name}", "可进入表格的准标识符没有列出"
    if min((privacy.small_cell, *privacy.k.values())) < 2:  # noqa: PLR2004  a group of one is a person
        yield "privacy", "k", "k 与小数门槛至少为 2"
    if not privacy.collude:
        yield "privacy", "collude", "不得为空：至少要写明同一接收方"
    if not 0 <= privacy.suppression_limit < 1:
        yield "privacy", "suppression_limit", "抑制比例须在 0 与 1 之间"
