"""Personal accounts."""

from yigui.accounts.interest import INTEREST
from yigui.accounts.verify import account_faults
from yigui.common.rooms import APPEND, BY_PERSON, READ, Functions, Kind, Own, Room, Table, Verification, carried, stays

ROOM = Room(
    "accounts",
    floor=4,
    tables={
        "accounts_personal_account": Table(Kind.PROTECTED, own=Own(person=BY_PERSON), merged=stays("封存，账户记录转入保留的档案")),
        "accounts_entry": Table(Kind.PROTECTED, APPEND, own=Own(person=BY_PERSON), parts=True, merged=carried("accounts_carry_v1")),
        # A run's closings lie in parts it fills itself, attached under its warrant.
        "accounts_year": Table(Kind.PROTECTED, READ, own=Own(person=BY_PERSON), parts=True, attached="batch_id", merged=stays("年度结转，余额转入保留的档案")),
    },
    functions=Functions(
        after=("warrants", "registry", "runs"),
        callable=(
            "accounts_stage_year_v1", "accounts_stage_key_v1", "accounts_stage_sums_v1", "accounts_execute_year_v2",
            "accounts_drop_stage_v1", "accounts_carry_v1",
        ),
        definers=("accounts_of_relation_v1",),
    ),
    run_kinds=(INTEREST,),
    verifications=(Verification(100, "个人账户", account_faults),),
    taken={
        "account_once": "该参保人的同一险种个人账户刚由另一笔业务开设，请刷新后重新办结，系统将沿用已开设的账户。",
    },
)  # fmt: skip
