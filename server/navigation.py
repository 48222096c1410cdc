"""Which ways are open to whom on the pages? (What each route allows, the route itself decides.)"""

from dataclasses import dataclass

from kernel.principal import Principal, Role


@dataclass(frozen=True, slots=True)
class Way:
    """One entry of the main navigation."""

    href: str
    title: str
    hint: str
    roles: frozenset[Role]
    here: bool = False


WAYS = (
    Way("/me", "我的信息去向", "看看谁得到了我的哪些信息、凭什么", frozenset({Role.PUPIL})),
    Way("/registry", "学籍", "查询与维护本校（本地区）学籍", frozenset({Role.REGISTRAR})),
    Way("/registry/import", "导入", "模板、试导入、确认", frozenset({Role.REGISTRAR})),
    Way("/consents", "监护人同意", "登记监护人签署的同意书", frozenset({Role.REGISTRAR})),
    Way("/developer/clients", "我的应用", "登记应用，取得接入参数", frozenset({Role.DEVELOPER})),
    Way(
        "/developer/data-requests", "数据申请", "申请正式数据范围", frozenset({Role.DEVELOPER})
    ),
    Way("/reviews", "审核", "审核数据申请", frozenset({Role.REVIEWER})),
    Way("/decisions", "批准", "以本人密钥签署批准决定", frozenset({Role.APPROVER})),
    Way(
        "/account/signing-key", "签名密钥", "登记只属于本人的签名密钥", frozenset({Role.APPROVER})
    ),
    Way("/audit", "审计", "追踪每一次提供，导出可核验证据", frozenset({Role.AUDITOR})),
    Way("/admin/accounts", "账号", "建立、封存账号", frozenset({Role.ADMINISTRATOR})),
    Way("/recipients", "接收方", "登记申请数据的单位", frozenset({Role.ADMINISTRATOR})),
    Way(
        "/delegations", "委托", "外出期间由同事代办",
        frozenset({Role.REVIEWER, Role.APPROVER}),
    ),
    Way(
        "/text-scan", "试一试", "看看一段文字里有哪些个人信息",
        frozenset({Role.REVIEWER, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR}),
    ),
    Way(
        "/switches", "紧急停止", "一人可停，两人方可恢复",
        frozenset({Role.ADMINISTRATOR, Role.APPROVER}),
    ),
)  # fmt: skip


def navigation(principal: Principal | None, path: str) -> tuple[Way, ...]:
    """Return the ways open to the caller, marking the one that the path lies on."""
    if principal is None:
        return ()
    open_ways = [way for way in WAYS if principal.roles & way.roles]
    on = max(
        (way.href for way in open_ways if path == way.href or path.startswith(way.href + "/")),
        key=len, default="",
    )  # fmt: skip
    return tuple(Way(w.href, w.title, w.hint, w.roles, here=w.href == on) for w in open_ways)
