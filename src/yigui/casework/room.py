"""Cases with their steps, papers, events and meetings; drafts and lists."""

from yigui.casework.day_inbox import DAY_SHEETS
from yigui.casework.earlier_promises import adopt_today
from yigui.casework.feedback import deliver_feedback
from yigui.casework.inbox_sources import SOURCES
from yigui.casework.jobs import finish_stuck_cases, note_overdue_today
from yigui.casework.lost_claims import release_lost_claims_today
from yigui.casework.rights_use import ask_today
from yigui.casework.verify import event_chains, finished_cases, unconfirmed
from yigui.casework.waiting import recheck_waiting
from yigui.common.rooms import (
    APPEND,
    BY_EMPLOYER,
    BY_PERSON,
    READ,
    Functions,
    Job,
    Kind,
    Own,
    Room,
    Table,
    Verification,
    own_through,
    refused,
    stays,
)

_OF_CASE = own_through("casework_case", "case_id")

ROOM = Room(
    "casework",
    grounds={
        "case": "EXISTS (SELECT 1 FROM casework_case c WHERE c.id = w.subject_id AND c.case_no = w.subject_no "
        "AND c.item_code = w.item_code AND c.status = 'finished')"
    },
    floor=7,
    tables={
        "casework_case": Table(
            Kind.EVIDENCE,
            own=Own(BY_EMPLOYER, BY_PERSON),
            signed=("accepted_by_id", "handled_by_id"),
            doors=("accepted_by_id", "handled_by_id"),
            programs=("accepted_by_id", "handled_by_id"),
            merged=refused("未办结的办件", "status NOT IN ('finished', 'declined', 'withdrawn')"),
        ),
        # Signed by people the database has seen (`sql/signatures.sql`).
        "casework_step": Table(Kind.EVIDENCE, READ, own=_OF_CASE),
        "casework_event": Table(Kind.APPEND_ONLY, READ),
        "casework_signed_outcome": Table(Kind.APPEND_ONLY, READ),
        "casework_case_material": Table(Kind.EVIDENCE, APPEND, own=_OF_CASE),
        "casework_case_proof": Table(Kind.APPEND_ONLY),
        "casework_meeting": Table(Kind.APPEND_ONLY, READ),
        "casework_attendee": Table(Kind.APPEND_ONLY, READ),
        "casework_decision": Table(Kind.APPEND_ONLY, READ),
        "casework_feedback": Table(Kind.EVIDENCE, own=_OF_CASE, updates=("attempts", "delivered_at")),
        "casework_delivery": Table(Kind.EVIDENCE, APPEND),
        "casework_resend": Table(Kind.APPEND_ONLY, signed=("user_id",)),
        "casework_sampling_rule": Table(Kind.EVIDENCE, signed=("set_by_id", "ended_by_id"), updates=("ended_by_id", "ended_at")),
        # What a unit handed in, row by row, and which case each row became.
        # Whose it is and for whom stays; its rows and papers only they write (`sql/functions.sql`).
        "casework_application_list": Table(Kind.EVIDENCE, signed=("user_id",), doors=("user_id",), updates=("rows", "papers")),
        "casework_draft": Table(Kind.WORKING, signed=("handed_by_id",), merged=stays("草稿，提交时重新核查")),
        "casework_return_point": Table(Kind.APPEND_ONLY, own=_OF_CASE, signed=("made_by_id",)),
        # Signed once by the teller, looked through once by somebody else (`sql/day_end.sql`).
        "casework_day_sheet": Table(
            Kind.EVIDENCE, signed=("user_id", "checked_by_id"), updates=("checked_by_id", "checked_at", "check_note")
        ),
    },
    functions=Functions(
        after=("warrants", "registry", "staff", "identity", "catalogue", "entitlement", "accounts", "receipts", "payment"),
        # The guards ask them with the rights of whoever writes.
        callable=(
            "casework_issue_warrant_v1",
            "casework_case_guard_v1",
            "casework_step_guard_v1",
            "casework_transitions_v1",
            "casework_status_words_v1",
            "casework_unfit_v1",
            "casework_unfit_at_v1",
            "casework_unfit_words_v1",
            "casework_person_at_v1",
            "casework_hall_v1",
            "casework_desk_at_v1",
            "casework_day_ended_v1",
            "casework_unfit_desk_v1",
            "casework_may_end_v1",
            "casework_about_v1",
            "casework_is_through_v1",
            "casework_area_v1",
            "casework_is_channel_v1",
            "casework_numbers_v1",
            "casework_amount_v1",
            "casework_named_v1",
            "casework_not_here_v1",
            "casework_why_not_v1",
            "casework_lay_out_v1",
            "casework_claim_v1",
            "casework_release_v1",
            "casework_take_back_v1",
            "casework_release_lost_v1",
            "casework_decide_v1",
            "casework_drop_v1",
            "casework_hold_meeting_v1",
            "casework_event_v1",
            "casework_rehearse_v1",
            "casework_written_v1",
            "casework_sign_outcome_v1",
            "casework_to_sign_v1",
            "casework_unconfirmed_v1",
        ),
        definers=(
            "casework_money_accepted_v1",
            "casework_became_cases_v1",
            "casework_list_rows_v1",
            "casework_actor_v1",
            "casework_along_v1",
            "casework_answered_v1",
            "casework_proof_ground_v1",
            "casework_moments_v1",
            "casework_own_list_v1",
            "casework_subjects_v1",
            "casework_moves_money_v1",
            "casework_outcome_differs_v1",
            "casework_refuse_other_outcome_v1",
            "casework_same_outcome_v1",
            "casework_warrant_ends_v1",
            "casework_document_ground_v1",
            "casework_letter_ground_v1",
            "casework_day_sheet_guard_v1",
        ),
        files=("transitions", "functions", "signatures", "outcomes", "day_end"),
        sequences=("casework_case_no",),
    ),
    jobs=(
        Job("casework.finish_stuck", finish_stuck_cases, cron="* * * * *", label="再次办结未完成的办件"),
        Job("casework.release_lost_claims", release_lost_claims_today, cron="*/5 * * * *", label="收回超时领取的办件"),
        Job("casework.recheck_waiting", recheck_waiting, cron="* * * * *", label="再次核验等待部门的办件"),
        Job("casework.deliver_feedback", deliver_feedback, cron="* * * * *", label="发送办理结果"),
        Job("casework.note_overdue", note_overdue_today, cron="5 8 * * *", label="登记超时办件"),
        Job("casework.ask_for_yearly_checks", ask_today, cron="20 8 * * *", label="年度复核提醒"),
        Job("casework.adopt_earlier_promises", adopt_today, cron="15 * * * *", label="既往承诺转为待办"),
    ),
    verifications=(
        Verification(10, "事件链", event_chains),
        Verification(20, "办件与授权凭据", finished_cases),
        Verification(21, "环节和会议的口令确认", unconfirmed),
    ),
    inbox=(*SOURCES, DAY_SHEETS),
)
