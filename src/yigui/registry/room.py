"""Areas, agencies, persons, employers, employment, coverage, the calendar."""

from yigui.common.rooms import BY_EMPLOYER, BY_PERSON, MOVED, READ, Functions, Kind, Own, Room, Table, stays

# A unit keeps its wage records for two years (工资支付暂行规定 第六条); whoever left it before that is none of its business any more.
_OF_LATE = (
    "({of}end_period IS NULL OR {of}end_period >= (SELECT to_char(statement_timestamp() - interval '2 years', 'YYYYMM')::integer))"
)
_STAFF = (
    "EXISTS (SELECT 1 FROM registry_employment e WHERE e.person_id = {table}.id AND e.employer_id = {employer} "
    f"AND {_OF_LATE.replace('{of}', 'e.')})"
)
_EMPLOYERS = "EXISTS (SELECT 1 FROM registry_employment e WHERE e.employer_id = {table}.id AND e.person_id = {person})"

ROOM = Room(
    "registry",
    floor=2,
    tables={
        # Areas and agencies are set up by the owner; every decision names one.
        "registry_area": Table(Kind.EVIDENCE, READ, is_public=True),
        "registry_agency": Table(Kind.EVIDENCE, READ, is_public=True),
        # Due dates rest on it.
        "registry_calendar_day": Table(Kind.EVIDENCE, is_public=True),
        "registry_person": Table(Kind.PROTECTED, own=Own(_STAFF, "id = ANY ({records})"), merged=stays("并入关系，逐级可查")),
        # Who leaves a number behind leaves the way to the record with it.
        "registry_former_identity": Table(
            Kind.DERIVED,
            own=Own(_STAFF.replace("{table}.id", "{table}.person_id"), BY_PERSON),
            merged=stays("随并入关系改指保留的档案"),
        ),
        # Kept by a trigger, whoever writes a name.
        "registry_name_character": Table(Kind.DERIVED, READ),
        "registry_employer": Table(Kind.PROTECTED, own=Own("id = {employer}", _EMPLOYERS)),
        "registry_employer_enrolment": Table(Kind.PROTECTED, own=Own(BY_EMPLOYER)),
        "registry_employment": Table(
            Kind.PROTECTED, own=Own(f"{BY_EMPLOYER} AND {_OF_LATE.replace('{of}', '')}", BY_PERSON), merged=MOVED
        ),
        "registry_coverage": Table(Kind.PROTECTED, own=Own(BY_EMPLOYER, BY_PERSON), merged=MOVED),
    },
    functions=Functions(
        after=("warrants",),
        callable=(
            "registry_own_subjects_v1",
            "registry_person_of_v1",
            "registry_same_name_v1",
            "registry_plain_name_v1",
            "registry_own_name_v1",
            "registry_merged_v1",
            "registry_named_v1",
            "registry_employs_v1",
        ),
        definers=(
            "registry_subjects_v1",
            "registry_is_subject_v1",
            "registry_case_now_v1",
            "registry_key_change_v1",
            "registry_merges_v1",
            "registry_entered_v1",
            "registry_record_v1",
            "registry_relations_v1",
            "registry_keep_former_v1",
            "registry_keep_characters_v1",
            "registry_merging_v1",
        ),
        sequences=("registry_person_no", "registry_unit_no"),
    ),
    taken={
        "employer_enrolment_once": "该单位同一险种在同一起始年月已登记参保，请核对险种和起始年月后重新办理。",
    },
)
