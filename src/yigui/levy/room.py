"""Bases, the levy plan with its lines and bills, the contribution record."""

from yigui.common.rooms import (
    APPEND,
    BY_EMPLOYER,
    BY_PERSON,
    BY_RECORDS,
    CHANGE,
    MOVED,
    Functions,
    Kind,
    Own,
    Room,
    Table,
    Verification,
    refused,
    stays,
)
from yigui.levy.levy_run import LEVY
from yigui.levy.residents_run import RESIDENT_MEDICAL, RESIDENT_PENSION
from yigui.levy.supplement_run import CREDIT, SUPPLEMENT
from yigui.levy.verify import differing_plans

_BOTH = Own(BY_EMPLOYER, BY_PERSON)
#: What stays with a merged record counts as the kept one's (`levy.record`).
_ALL = Own(BY_EMPLOYER, BY_RECORDS)

ROOM = Room(
    "levy",
    floor=5,
    tables={
        "contributions_base": Table(Kind.PROTECTED, own=_BOTH, merged=MOVED),
        "contributions_resident_grade": Table(Kind.PROTECTED, APPEND, own=Own(person=BY_PERSON), merged=refused("居民养老缴费档次")),
        "contributions_injury_rate": Table(Kind.PROTECTED, own=Own(BY_EMPLOYER)),
        "contributions_year": Table(Kind.PROTECTED, APPEND, own=Own(person=BY_RECORDS), merged=stays("历年记录，计入保留的档案")),
        # A plan's rows lie in parts it fills itself, attached under its warrant; those of cases are appended.
        "contributions_line": Table(Kind.PROTECTED, APPEND, own=_ALL, parts=True, attached="source_id", merged=stays("应缴记录，计入保留的档案，到账后记入其账户")),
        "contributions_bill": Table(Kind.PROTECTED, APPEND, own=_ALL, parts=True, attached="source_id", merged=stays("随应缴记录")),
        "contributions_open_bill": Table(Kind.DERIVED, own=_BOTH, merged=refused("未缴清的个人缴费单", "employer_id = 0")),
        # The law's rates and bounds of a plan, printed on every bill of it: nobody's data.
        "contributions_levy_rate": Table(Kind.APPEND_ONLY, is_public=True),
        "contributions_moved_look": Table(Kind.WORKING, CHANGE),
    },
    functions=Functions(
        after=("warrants", "registry", "runs", "identity"),
        callable=(
            "contributions_drop_stage_v1", "contributions_stage_lines_v1", "contributions_stage_bills_v1",
            "contributions_stage_sums_v1", "contributions_stage_bill_sums_v1", "contributions_drop_parts_v1",
            "contributions_person_bounds_v1", "contributions_part_differences_v1", "contributions_execute_levy_v2",
            "contributions_capped_v1", "contributions_residents_v1", "contributions_stage_residents_v1", "contributions_execute_residents_v1",
            "contributions_terms_v1", "contributions_supplement_sums_v1", "contributions_moved_v1", "contributions_stage_supplement_v1",
            "contributions_execute_supplement_v1", "contributions_charged_elsewhere_v1",
            "contributions_unsettled_v1", "contributions_own_unsettled_v1",
        ),
        definers=(
            "contributions_bound_v1", "contributions_stage_part_v1", "contributions_stage_rates_v1", "contributions_lay_rates_v1", "contributions_open_v1",
            "contributions_close_lines_v1", "contributions_close_bills_v1", "contributions_attach_plan_v1",
            "contributions_due_lines_v2", "contributions_elsewhere_v1",
            "contributions_frozen_v1", "contributions_rates_v1", "contributions_rates_of_v1", "contributions_supplement_v2",
            "contributions_try_v1", "contributions_base_year_v1", "contributions_base_months_v1",
        ),
        # A person counts the months their employer has paid: its bills are not theirs to read.
        for_persons=("contributions_unsettled_v1", "contributions_own_unsettled_v1"),
        sequences=("contributions_bill_no",),
    ),
    run_kinds=(LEVY, SUPPLEMENT, CREDIT, RESIDENT_PENSION, RESIDENT_MEDICAL),
    verifications=(Verification(60, "征缴计划", differing_plans),),
)  # fmt: skip
