"""Benefits, awards and their amounts, certification, recoveries."""

from yigui.common.rooms import APPEND, BY_PERSON, MOVED, Functions, Kind, Own, Room, Table, carried, own_through, stays
from yigui.entitlement.certification import CERTIFY
from yigui.entitlement.inbox_sources import ASSISTED

_PERSON = Own(person=BY_PERSON)


def _of(parent: str, key: str) -> Own:
    return Own(person=own_through(parent, key).person)


ROOM = Room(
    "entitlement",
    floor=5,
    tables={
        "benefits_benefit": Table(Kind.PROTECTED, own=_PERSON, merged=MOVED),
        "benefits_award": Table(Kind.PROTECTED, APPEND, own=_of("benefits_benefit", "benefit_id")),
        "benefits_amount": Table(Kind.PROTECTED, APPEND, own=_of("benefits_benefit", "benefit_id")),
        # A mark decides nothing, but without it a month is not looked at again.
        "benefits_back_due": Table(Kind.EVIDENCE, APPEND),
        "benefits_certification": Table(Kind.PROTECTED, APPEND, own=_PERSON, merged=carried("benefits_carry_v1")),
        "benefits_suspension_notice": Table(
            Kind.APPEND_ONLY, own=_PERSON, signed=("told_by_id",), merged=stays("随所告知的认证；合并后重新告知")
        ),
        "benefits_assisted_task": Table(Kind.PROTECTED, own=_PERSON, merged=MOVED),
        "benefits_pre_review": Table(Kind.PROTECTED, own=_PERSON, merged=MOVED),
        "benefits_dossier_fact": Table(Kind.PROTECTED, APPEND, own=_PERSON, merged=stays("随退休预审")),
        "benefits_recovery": Table(Kind.PROTECTED, own=_of("benefits_benefit", "benefit_id")),
        "benefits_recovery_return": Table(Kind.PROTECTED, APPEND, own=_of("benefits_recovery", "recovery_id")),
    },
    functions=Functions(
        after=("warrants", "registry", "runs", "identity"),
        callable=("benefits_told_v1", "benefits_execute_certify_v1", "benefits_kin_v1", "benefits_carry_v1"),
        definers=("benefits_back_due_ground_v1", "benefits_notice_guard_v1"),
    ),
    run_kinds=(CERTIFY,),
    inbox=(ASSISTED,),
    taken={
        "benefit_one_monthly": "该参保人已有按月领取的待遇，同时只能领取一项；请先核对并终止原待遇，或退回本件。",
        "award_version_once": "该待遇刚由另一笔业务重新核定，请按新的核定结果核对后再办结。",
        "certification_once": "该参保人当日已按同一方式完成资格认证，无需重复认证，请撤回本件。",
        "suspension_notice_once": "该参保人当日已按同一方式登记过告知，请改填另一方式，或另日再告知。",
        "return_once": "本件已登记退回的多领款，请核对退款记录后再办结。",
    },
)
