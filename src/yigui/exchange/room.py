"""Partners: what they were asked and told, and what they sent."""

from yigui.common.rooms import APPEND, NOTHING, READ, Functions, Job, Kind, Own, Room, Table, Verification, stays
from yigui.exchange.inbox_sources import ELSEWHERE, HARMLESS, REFUSED
from yigui.exchange.outbox import send_waiting
from yigui.exchange.verify import records_of_files

ROOM = Room(
    "exchange",
    floor=3,
    tables={
        # Whom the house believes is for the owner to say, by a command; where a partner is asked, for the system administrator, who is present.
        "exchange_partner": Table(Kind.EVIDENCE, ("SELECT", "UPDATE"), updates=("base_url", "key")),
        # Functions with the owner's rights are the only way to it.
        "exchange_partner_key": Table(Kind.EVIDENCE, NOTHING),
        "exchange_api_token": Table(Kind.EVIDENCE, READ),
        "exchange_out_message": Table(Kind.EVIDENCE, signed=("dropped_by_id",)),
        "exchange_inbound_file": Table(Kind.APPEND_ONLY, signed=("received_by_id",), programs=("received_by_id",)),
        "exchange_in_message": Table(Kind.APPEND_ONLY),
        "exchange_answer": Table(Kind.APPEND_ONLY),
        # Written by the owner's functions, for two people of finance.
        "exchange_harmless": Table(Kind.EVIDENCE, READ),
        "exchange_employment_registration": Table(
            Kind.APPEND_ONLY, own=Own("credit_code IN (SELECT o.credit_code FROM registry_employer o)")
        ),
        "exchange_identity_record": Table(Kind.APPEND_ONLY),
        "exchange_death_record": Table(Kind.APPEND_ONLY),
        "exchange_death_verdict": Table(Kind.APPEND_ONLY, signed=("decided_by_id",)),
        "exchange_death_withdrawal": Table(Kind.PROTECTED, APPEND, merged=stays("更正过的误报死亡，随死亡信息")),
        "exchange_life_sign": Table(Kind.APPEND_ONLY),
        "exchange_prison_record": Table(Kind.APPEND_ONLY),
    },
    functions=Functions(
        after=("warrants", "staff", "registry", "identity"),
        callable=(
            "exchange_ask_harmless_v1",
            "exchange_confirm_harmless_v1",
            "exchange_death_rule_v1",
            "exchange_deaths_v1",
            "exchange_end_harmless_v1",
            "exchange_is_answer_v1",
            "exchange_life_after_v1",
            "exchange_new_deaths_v1",
            "exchange_record_area_v1",
            "exchange_sign_v1",
        ),
        definers=(
            "exchange_answer_ground_v1",
            "exchange_counts_stand_v1",
            "exchange_drop_hand_v1",
            "exchange_file_hand_v1",
            "exchange_file_of_lines_v1",
            "exchange_keep_key_v1",
            "exchange_key_v1",
            "exchange_message_hand_v1",
            "exchange_program_now_v1",
            "exchange_question_v1",
            "exchange_received_v1",
            "exchange_record_ground_v1",
            "exchange_token_post_v1",
            "exchange_verdict_ground_v1",
            "exchange_withdrawal_ground_v1",
        ),
        files=("functions", "partners", "answers", "harmless"),
    ),
    jobs=(Job("exchange.send_waiting", send_waiting, cron="* * * * *", label="发送部门报文"),),
    verifications=(Verification(125, "收到的文件", records_of_files),),
    taken={
        "exchange_death_verdict_record_id_key": "这条死亡信息刚刚由其他人核定，请刷新后查看结果。",
        "harmless_once": "这个表头或说明刚刚已由其他人登记，请刷新后查看。",
        "exchange_inbound_file_continues_id_key": "这份收文中其他地区的行刚刚已由其他人接收，请刷新后查看。",
        "exchange_death_withdrawal_record_id_key": "这条死亡信息已由另一笔业务更正为误报，请刷新后核对，无须更正的请撤回本件。",
    },
    inbox=(REFUSED, ELSEWHERE, HARMLESS),
)
