"""Changes of parameters of the law, their trials, and the signed rows that the law reads."""

from pathlib import Path

from yigui.common.rooms import NOTHING, READ, Functions, Job, Kind, Room, Table, Verification, stays
from yigui.parameters.inbox_sources import CHANGES, NOT_GRANTED
from yigui.parameters.left_out import look_for_left_out
from yigui.parameters.trial import TRY, try_change
from yigui.parameters.verify import parameter_faults

ROOM = Room(
    "parameters",
    floor=7,
    tables={
        "parameters_change": Table(
            Kind.EVIDENCE,
            signed=("proposed_by_id", "checked_by_id", "signed_by_id", "refused_by_id"),
            updates=("status", "refused_by_id", "note"),
        ),
        # Laid out by the owner at each preparation; the guards ask it.
        "parameters_kind": Table(Kind.DERIVED, READ, is_public=True),
        "parameters_filed": Table(Kind.DERIVED, READ, is_public=True),
        # Written by the function that signs, alone; everybody's formulas read it.
        "parameters_row": Table(Kind.APPEND_ONLY, READ, is_public=True),
        "parameters_trial": Table(
            Kind.EVIDENCE,
            signed=("ordered_by_id",),
            updates=("run_id",),
        ),
        # Written, summed and emptied by the owner's functions.
        "parameters_trial_staged": Table(Kind.WORKING, NOTHING, merged=stays("试算中，按当时的档案")),
        "parameters_trial_line": Table(Kind.EVIDENCE, READ, merged=stays("试算所列，按当时的档案")),
    },
    functions=Functions(
        after=("warrants", "staff", "identity", "entitlement", "levy"),
        callable=(
            "parameters_kept_by_v1", "parameters_content_v1", "parameters_facts_v1", "parameters_stale_v1", "parameters_check_v1", "parameters_sign_v1",
            "parameters_within_v1", "parameters_unconfirmed_v1", "parameters_may_propose_v1", "parameters_may_refuse_v1",
            "parameters_to_try_v1", "parameters_begin_trial_v2", "parameters_stage_awards_v1", "parameters_stage_levy_v2", "parameters_stage_levied_v2",
            "parameters_stage_standards_v1", "parameters_drawing_v1", "parameters_kinds_of_v1",
            "parameters_close_trial_v1", "parameters_give_up_trial_v1", "parameters_insured_v1", "parameters_levied_v1", "parameters_levy_keys_v1",
            "parameters_at_v1", "parameters_before_v1", "parameters_trial_digest_v1", "parameters_bare_from_v1", "parameters_carried_out_v1",
        ),
        definers=(
            "parameters_wrong_v1", "parameters_fit_v1", "parameters_above_v1", "parameters_step_v1", "parameters_open_trial_v1", "parameters_lacking_v1",
            "parameters_in_force_v1", "parameters_not_tried_v1", "parameters_batch_as_signed_v1", "parameters_levy_rates_v1",
            "parameters_resident_rates_v1", "parameters_held_v1", "parameters_batch_of_standards_v1",
        ),
    ),
    watches=(look_for_left_out,),
    jobs=(Job(TRY, try_change, label="参数变更试算"),),
    verifications=(Verification(131, "参数变更", parameter_faults),),
    inbox=(CHANGES,),
    not_granted=(NOT_GRANTED,),
    task_kinds=Path(__file__).parent / "declarations",
)  # fmt: skip
