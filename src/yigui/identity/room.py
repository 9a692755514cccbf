"""Sign-in of everybody: sessions, logins of units, codes, machines, what the database itself has seen."""

from yigui.common.rooms import NOTHING, READ, Functions, Job, Kind, Mount, Own, Room, Table, Verification, stays
from yigui.identity.inbox_sources import UNIT_REQUESTS
from yigui.identity.keepings import keeping_faults
from yigui.identity.limits import forget_old
from yigui.identity.proof import forget_hashes
from yigui.staff.enums import Role

_OWN_SESSION = "digest = encode(sha256(convert_to(current_setting('yigui.session', true), 'UTF8')), 'hex')"

ROOM = Room(
    "identity",
    floor=2,
    tables={
        "django_session": Table(Kind.WORKING),
        "staff_work_session": Table(Kind.WORKING),
        "staff_one_time_code": Table(Kind.WORKING, NOTHING),
        "identity_attempt": Table(Kind.WORKING),
        "identity_known_source": Table(Kind.WORKING),
        "otp_totp_totpdevice": Table(Kind.WORKING),
        "axes_accessattempt": Table(Kind.WORKING),
        "axes_accessattemptexpiration": Table(Kind.WORKING),
        # Who signed in and who tried (GB/T 22239-2019, 三级 安全审计): kept.
        "axes_accessfailurelog": Table(Kind.EVIDENCE),
        "axes_accesslog": Table(Kind.EVIDENCE),
        "staff_outside_session": Table(
            Kind.WORKING,
            # Opened by the database alone; whose a session is stays as it was opened.
            ("SELECT", "UPDATE"),
            updates=("seen_at", "ended_at"),
            own=Own(_OWN_SESSION, _OWN_SESSION, columns="digest, employer_id, person_id, expires_at, ended_at, seen_at, idle"),
            merged=stays("登录会话，自行失效"),
        ),
        "staff_unit_login": Table(
            Kind.EVIDENCE,
            # Who opens one: `identity_unit_login_v1`.
            updates=("items", "is_active"),
            own=Own(
                "employer_id = {employer}",
                columns="id, employer_id, username, full_name, phone, is_manager, items, is_active, opened_at",
            ),
        ),
        "staff_unit_request": Table(Kind.EVIDENCE, signed=("decided_by_id",)),
        "staff_kiosk": Table(Kind.EVIDENCE),
        # Functions with the owner's rights are the only way to them.
        "identity_credential": Table(Kind.EVIDENCE, NOTHING),
        "identity_device": Table(Kind.EVIDENCE, NOTHING),
        "identity_enrolment": Table(Kind.EVIDENCE, NOTHING),
        "identity_proof": Table(Kind.EVIDENCE, NOTHING),
        "identity_confirmation": Table(Kind.APPEND_ONLY, NOTHING),
        "identity_pepper": Table(Kind.EVIDENCE, NOTHING),
        # By a trigger, whoever changes what signs somebody in.
        "identity_keeping": Table(Kind.APPEND_ONLY, NOTHING),
        "identity_days": Table(Kind.APPEND_ONLY, READ),
        "identity_unit_device": Table(Kind.EVIDENCE, NOTHING),
        "identity_reader": Table(Kind.EVIDENCE, NOTHING),
        "identity_try": Table(Kind.WORKING, NOTHING),
        "identity_text": Table(Kind.WORKING, NOTHING, courier=True),
    },
    functions=Functions(
        after=("staff",),
        callable=(
            "identity_salt_v1", "identity_short_code_v1", "identity_sign_in_v1", "identity_complete_v1", "identity_present_v1", "identity_seen_v1",
            "identity_end_v1", "identity_end_others_v1", "identity_has_device_v1", "identity_change_password_v1",
            "identity_begin_device_v1", "identity_confirm_device_v1", "identity_next_step_v1",
            "identity_keeping_faults_v1",
            "identity_issue_password_v1", "identity_end_device_v1", "identity_unlock_v1", "identity_act_v1", "identity_holder_now_v1", "identity_who_v1",
            "identity_officer_v1",
            "identity_unit_salt_v1", "identity_unit_try_v1", "identity_unit_sign_in_v1", "identity_unit_try_code_v1", "identity_unit_enter_v1",
            "identity_unit_change_password_v1", "identity_unit_has_device_v1", "identity_unit_begin_device_v1", "identity_unit_confirm_device_v1",
            "identity_unit_end_device_v1", "identity_unit_password_by_code_v1", "identity_ask_code_v1", "identity_try_code_v1",
            "identity_days_move_v1", "identity_forget_hashes_v1",
            "identity_person_enter_v1", "identity_card_enter_v1", "identity_issue_reader_v1", "identity_forget_v1", "identity_opens_login_v1",
            "identity_outside_records_v1",
        ),
        for_persons=("identity_outside_records_v1",),
        definers=(
            "identity_holder_v1", "identity_open_v1", "identity_may_try_v1", "identity_keep_v1", "identity_use_code_v1",
            "identity_require_v1", "identity_confirm_v1", "identity_forgive_v1", "identity_keep_partner_v1", "identity_carried_out_v1",
            "identity_who_mark_v1", "identity_counters_v1", "identity_keeping_v1", "identity_step_used_v1", "identity_try_v1", "identity_tried_v1",
            "identity_open_outside_v1", "identity_issue_enrolment_v1", "identity_enrolment_v1", "identity_kept_rows_v1",
            "identity_unit_holder_v1", "identity_unit_against_v1", "identity_unit_right_v1", "identity_unit_entering_v1", "identity_unit_here_v1",
            "identity_unit_use_code_v1", "identity_code_digest_v1", "identity_person_v1", "identity_code_of_v1", "identity_use_text_v1",
            "identity_let_days_move_v1", "identity_business_day_v1", "identity_codes_since_v1", "identity_confirmed_v1",
            "identity_outside_person_v1", "identity_standing_v1",
        ),
        files=("functions", "keepings", "outside", "days"),
    ),
    # Whoever has no post yet still has a password to change.
    rights={"account": {*Role, ""}},
    mounts=(Mount("", "yigui.identity.urls"),),
    public=("staff:sign_in", "staff:code"),
    # In a sub-select it is asked once a statement, not once a row.
    session=(
        "FROM staff_outside_session AS s WHERE s.ended_at IS NULL AND s.expires_at > statement_timestamp() "
        "AND s.seen_at + s.idle > statement_timestamp()"
    ),
    session_records="identity_outside_records_v1",
    jobs=(
        Job("identity.forget_tries", forget_old, cron="23 * * * *", label="清理过期登录记录"),
        # Once the web servers of a release before are restarted, nobody needs them.
        Job("identity.forget_hashes", forget_hashes, cron="*/10 * * * *", label="移出旧版密码摘要"),
    ),
    verifications=(Verification(36, "登录凭据", keeping_faults),),
    inbox=(UNIT_REQUESTS,),
    deeds={
        "staff:sign_out": "退出登录", "staff:account": "打开本人账号", "staff:device": "办理动态口令", "staff:password": "修改密码",
    },
    taken={
        "staff_unit_login_username_key": "该登录名已被使用，请在单位经办人页面核对占用的账号，改名或停用后再办结。",
    },
)  # fmt: skip
