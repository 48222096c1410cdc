"""`xueyin story`: the main job told once, from a pupil's sign-in to an offline proof."""

import shutil
import tempfile
from pathlib import Path

from server.commands.console import out, refusals
from server.story.auditing import alter_one_byte, auditor_traces, verify_offline
from server.story.requesting import (
    Ask,
    approver_revokes,
    approver_signs,
    developer_asks,
    release_research,
    reviewer_passes,
)
from server.story.signing_in import app_asks_more, app_gets_more, app_gets_nothing, pupil_signs_in
from server.story.stage import Stage, stage

MORE = Ask("developer", "learning_platform_sign_in", {"class_name": "keep"}, ["claims"], "consent")
RESEARCH = Ask(
    "researcher",
    "education_research",
    {
        "sex": "keep", "grade": "keep", "birth_date": "generalize:birth_date:year",
        "attendance_mode": "keep",
    },
    ["file"],
    "statutory_duty",
)  # fmt: skip


def story() -> None:
    """讲一遍主线：登录、超范围被拒、申请、审核、签署、提供、研究表、撤销、审计、离线核验。"""
    folder = Path(tempfile.mkdtemp(prefix="xueyin-story-"))
    try:
        with refusals():
            _say("启动一个新的服务：自己的端口和数据文件夹，合成的一个县。")
            with stage(folder, _say, _fact) as playing:
                tell(playing, folder)
            out.print("\n故事讲完了，每一步都成立。", markup=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def tell(playing: Stage, folder: Path) -> None:
    """Play all acts; raises ConflictError at the first thing that is not as it must be."""
    browser = pupil_signs_in(playing)
    app_asks_more(playing, browser)
    playing.say("开发者就班级提出数据申请；审核人看预览后报请批准；批准人签署。")
    more = developer_asks(playing, MORE)
    reviewer_passes(playing, more)
    approval = approver_signs(playing, more)
    app_gets_more(playing, browser)
    playing.say("研究所申请一张研究用表，只以匿名化形式离开。")
    research = developer_asks(playing, RESEARCH)
    reviewer_passes(playing, research)
    approver_signs(playing, research)
    release_research(playing, research)
    playing.say("批准人撤销对班级的批准，下一次就拒绝。")
    approver_revokes(playing, more)
    app_gets_nothing(playing, browser)
    playing.say("审计员追踪全部经过，把证据带走，离线核验。")
    bundle = auditor_traces(playing, approval, folder)
    verify_offline(playing, bundle)
    playing.say("在日志的副本里改一个比特。")
    alter_one_byte(playing, bundle)


def _say(text: str) -> None:
    out.print(f"\n● {text}", markup=False)


def _fact(text: str) -> None:
    out.print(f"  {text}", markup=False)
