"""Accounts, sections, windows, authority, what was changed in them, and who saw whose data."""

from yigui.common.rooms import READ, Functions, Kind, Own, Room, Scope, Table, Verification
from yigui.staff import not_granted
from yigui.staff.inbox_sources import ACCOUNTS, MERGES, RIGHTS, RULES
from yigui.staff.verify import staff_faults


def scopes() -> tuple[Scope, ...]:
    """What an application for rights, a change of post and a merge of agencies open once two people have carried them out: authority."""
    return tuple(Scope(kind, tables=("staff_authority",), risk_class=2) for kind in ("rights", "account", "merge"))


#: An application that was granted, a change of post and a merge that were done.
GROUNDS = {
    "rights": "EXISTS (SELECT 1 FROM staff_rights_request r WHERE r.id = w.subject_id AND r.status = 'granted')",
    "account": "EXISTS (SELECT 1 FROM staff_account_request r WHERE r.id = w.subject_id AND r.status = 'done' "
    "AND r.kind IN ('role', 'transfer', 'leave'))",
    "merge": "EXISTS (SELECT 1 FROM staff_agency_merge m WHERE m.id = w.subject_id AND m.status = 'done')",
}

ROOM = Room(
    "staff",
    floor=2,
    tables={
        "staff_section": Table(Kind.EVIDENCE),
        "staff_host": Table(Kind.EVIDENCE),
        # Where it is and when it is open anybody may know.
        "staff_location": Table(Kind.EVIDENCE, is_public=True),
        # What was said about a day is taken back again; either stands in staff_event.
        "staff_opening_exception": Table(Kind.WORKING),
        "staff_window": Table(Kind.EVIDENCE),
        # Written by a trigger, whoever changes a row.
        "staff_event": Table(Kind.APPEND_ONLY, READ),
        # Whoever looked at somebody's record: name and agency of those in their own log.
        "staff_user": Table(
            Kind.EVIDENCE,
            own=Own(
                person="EXISTS (SELECT 1 FROM staff_full_view v WHERE v.user_id = {table}.id)",
                columns="id, full_name, role, agency_id",
            ),
        ),
        # Each step by its guard, each change recorded.
        "staff_post_rule": Table(
            Kind.EVIDENCE, signed=("applied_by_id", "checked_by_id", "approved_by_id", "granted_by_id", "refused_by_id")
        ),
        "staff_rights_check": Table(Kind.APPEND_ONLY, signed=("checked_by_id",)),
        "staff_rights_request": Table(
            Kind.EVIDENCE, signed=("applied_by_id", "checked_by_id", "approved_by_id", "granted_by_id", "refused_by_id")
        ),
        "staff_account_request": Table(Kind.EVIDENCE, signed=("asked_by_id", "decided_by_id")),
        # Each declaration by its guard; what it takes away nobody gives back alone.
        "staff_kin": Table(
            Kind.EVIDENCE, signed=("declared_by_id", "ended_by_id"), updates=("ended_by_id", "ended_at", "end_reason")
        ),
        "staff_agency_merge": Table(Kind.EVIDENCE, signed=("asked_by_id", "decided_by_id")),
        # Who has read that what they asked for was not granted.
        "staff_answer_read": Table(Kind.APPEND_ONLY, signed=("read_by_id",)),
        # As declared; and kept by a trigger, whoever gives a post.
        "staff_post": Table(Kind.DERIVED),
        "staff_post_holding": Table(Kind.EVIDENCE, READ),
        # Granted and withdrawn by the owner's functions alone.
        "staff_authority": Table(Kind.PROTECTED, READ),
        "staff_refusal": Table(Kind.APPEND_ONLY, signed=("user_id",), doors=("user_id",), programs=("user_id",)),
        # Who took which list out of the house; how often it was taken moves on.
        "staff_export": Table(Kind.EVIDENCE, signed=("user_id",)),
        # Somebody's own bookmarks; nothing rests on them.
        "staff_saved_view": Table(Kind.WORKING),
        "staff_inbox_look": Table(Kind.WORKING),
        "staff_full_view": Table(
            Kind.APPEND_ONLY,
            signed=("user_id",),
            # A record that is handed out at a door, or asked for by a program, too.
            doors=("user_id",),
            programs=("user_id",),
            own=Own("subject = 'employer' AND subject_id = {employer}", "subject = 'person' AND subject_id = {person}"),
        ),
    },
    functions=Functions(
        after=("warrants",),
        callable=(
            "staff_grant_v1",
            "staff_withdraw_v1",
            "staff_change_post_v1",
            "staff_merge_agencies_v1",
            "staff_may_v1",
            "staff_may_at_v1",
            "staff_is_door_v1",
            "staff_officer_v1",
            "staff_person_v1",
            "staff_distinct_v1",
            "staff_at_city_v1",
            "staff_answers_for_v1",
            "staff_image_v1",
        ),
        definers=(
            "staff_record_v1",
            "staff_request_guard_v1",
            "staff_post_rule_guard_v1",
            "staff_post_guard_v1",
            "staff_place_guard_v1",
            "staff_keep_holding_v1",
            "staff_account_guard_v1",
            "staff_merge_guard_v1",
            "staff_kin_guard_v1",
        ),
        files=("functions", "places"),
    ),
    verifications=(Verification(35, "机构与人员", staff_faults),),
    scopes=scopes,
    grounds=GROUNDS,
    inbox=(RIGHTS, RULES, ACCOUNTS, MERGES, not_granted.NOT_GRANTED),
    not_granted=(not_granted.RIGHTS, not_granted.RULES, not_granted.ACCOUNTS, not_granted.MERGES),
)
