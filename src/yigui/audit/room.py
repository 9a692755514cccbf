"""Audit: monthly samples of finished cases drawn by the database, what was found in them, answered, decided and corrected; scores."""

from pathlib import Path

from yigui.audit.inbox_sources import FINDINGS
from yigui.audit.screening import screen
from yigui.audit.verify import samples
from yigui.audit.work import close_samples, draw_month
from yigui.common.rooms import READ, Entry, Functions, Job, Kind, Mount, Room, Table, Verification, stays
from yigui.staff.enums import BUSINESS, Role

ROOM = Room(
    "audit",
    floor=9,
    tables={
        # As declared.
        "audit_share": Table(Kind.DERIVED),
        "audit_rule": Table(Kind.DERIVED),
        "audit_error_kind": Table(Kind.DERIVED),
        "audit_screen_rule": Table(Kind.DERIVED),
        # Everything else is written by the owner's functions alone.
        "audit_sample": Table(Kind.APPEND_ONLY, READ),
        "audit_sampled_case": Table(Kind.APPEND_ONLY, READ),
        "audit_examination": Table(Kind.APPEND_ONLY, READ),
        "audit_finding": Table(Kind.APPEND_ONLY, READ),
        "audit_answer": Table(Kind.APPEND_ONLY, READ),
        "audit_ruling": Table(Kind.APPEND_ONLY, READ),
        "audit_correction": Table(Kind.APPEND_ONLY, READ),
        "audit_score": Table(Kind.APPEND_ONLY, READ),
        "audit_screening": Table(Kind.APPEND_ONLY, READ),
        "audit_lead": Table(Kind.APPEND_ONLY, READ, merged=stays("疑点按当时的档案查找，与保留的档案一并核查")),
    },
    functions=Functions(
        after=("staff", "identity", "entitlement", "exchange", "casework", "tasks", "rating"),
        callable=(
            "audit_draw_v1", "audit_doers_v1", "audit_unfit_v1", "audit_unfit_for_v1", "audit_is_unfit_v1", "audit_examine_v1", "audit_answer_v1", "audit_decide_v1",
            "audit_correct_v1", "audit_close_v1", "audit_faults_v1", "audit_screens_v1", "audit_screen_v1",
        ),
        definers=(
            "audit_parts_v1", "audit_looks_after_v1",
            "audit_population_v1", "audit_population_digest_v1", "audit_seed_v1", "audit_choice_v1", "audit_held_v1", "audit_case_of_v1",
            "audit_decides_own_v1", "audit_scores_v1", "audit_task_event_v1", "audit_hits_v1", "audit_lead_unfit_v1",
        ),
        files=("screening", "functions"),
    ),
    jobs=(
        Job("audit.draw_month", draw_month, cron="40 3 * * *", label="抽取上月稽核样本"),
        Job("audit.close_samples", close_samples, cron="50 3 * * *", label="稽核样本计分"),
        Job("audit.screen", screen, cron="20 4 * * *", label="疑点筛查"),
    ),
    verifications=(Verification(127, "稽核样本", samples),),
    rights={
        "audit": {Role.AUDITOR, Role.SECTION_HEAD, Role.DIRECTOR},
        # What is found of one's own work, and what one has a task about.
        "audit_own": {*BUSINESS, Role.AUDITOR},
        # What rules say of officers is among them: not for the heads of those.
        "audit_leads": {Role.AUDITOR, Role.DIRECTOR},
    },
    menu=(
        Entry(306, "稽核抽查", "audit:cases", "check", "audit", group="audit"),
        Entry(307, "稽核样本", "audit:samples", "list", "audit", group="audit"),
        Entry(308, "疑点", "audit:leads", "alert", "audit_leads", group="audit"),
        Entry(309, "筛查规则", "audit:rules", "file", "audit_leads", group="audit"),
        Entry(88, "我的差错", "audit:mine", "flag", "audit_own", group="cases"),
    ),
    mounts=(Mount("audit/", "yigui.audit.urls"),),
    inbox=(FINDINGS,),
    opens={"audit_case": ("audit:case", "number"), "audit_finding": ("audit:finding", "number")},
    task_kinds=Path(__file__).parent / "task_kinds",
    deeds={
        "audit:sample": "查看稽核样本",
        "audit:case": "查看抽查办件",
        "audit:look": "为稽核查看办件完整信息",
        "audit:examine": "登记稽核检查结果",
        "audit:sheet": "打印稽核检查表",
        "audit:finding": "查看差错",
        "audit:answer": "对差错提出意见",
        "audit:decide": "处理差错申辩",
        "audit:correct": "登记差错更正",
    },
)  # fmt: skip
