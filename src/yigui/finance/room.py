"""The finance desk."""

from yigui.common.rooms import Entry, Home, Mount, Room
from yigui.staff.enums import BUSINESS, Role

_MONEY = {Role.CASHIER, Role.ACCOUNTANT, Role.SECTION_HEAD, Role.DIRECTOR, Role.AUDITOR}

ROOM = Room(
    "finance",
    floor=11,
    rights={
        "finance": _MONEY,
        # Who looks does not sign, not even in vain.
        "finance_deeds": _MONEY - {Role.AUDITOR},
        "books": _MONEY,
        "money_in": {Role.CASHIER, Role.ACCOUNTANT},
        "bills": BUSINESS | {Role.CASHIER, Role.ACCOUNTANT, Role.AUDITOR},
    },
    menu=(
        Entry(130, "财务工作台", "finance:home", "home", "finance"),
        Entry(140, "批次", "finance:batches", "list", "finance"),
        Entry(150, "到账导入", "finance:receipts", "upload", "finance"),
        Entry(160, "发放结果", "finance:results", "upload", "money_in"),
        Entry(170, "资格认证", "finance:certification", "check", "finance"),
        Entry(180, "暂收款", "finance:suspense", "inbox", "finance"),
        Entry(190, "退费支付", "finance:refunds", "file", "finance"),
        Entry(200, "记账凭证", "finance:vouchers", "file", "books"),
        Entry(210, "科目余额", "finance:balances", "list", "books"),
        Entry(220, "三方对账", "finance:reconciliation", "check", "books"),
        Entry(230, "地区间结算", "finance:settlement", "users", "books"),
    ),
    homes=(Home(30, "finance", "finance:home"),),
    mounts=(Mount("finance/", "yigui.finance.urls"),),
    opens={
        "batch": ("finance:batch", "batch_id"),
        "batches": ("finance:batches", ""),
        "receipt_lines": ("finance:receipt_lines", "file_id"),
        "suspense": ("finance:suspense", ""),
        "result_file": ("finance:result_file", "file_id"),
    },
    deeds={
        "finance:batch": "查看批次",
        "finance:differences": "查看批次明细",
        "finance:batch_file": "导出批次文件",
        "finance:dismiss": "不再生成计划批次",
        "finance:decide/confirm": "确认批次",
        "finance:decide/check": "复核批次",
        "finance:decide/approve": "审批批次",
        "finance:decide/execute": "执行批次",
        "finance:decide/void": "作废批次",
        "finance:decide": "办理批次",
        "finance:results": "接收发放结果",
        "finance:confirm_results": "核对退票",
        "finance:result_file": "查看发放结果回执",
        "finance:decide_result": "核实矛盾的发放结果",
        "finance:ticket": "开具电子票据",
        "finance:ticket_pdf": "查看电子票据",
        "finance:void": "作废电子票据",
        "finance:claim": "认领暂收款",
        "finance:undo_claim": "撤销认领",
        "finance:receipt_lines": "查看未入账的行",
        "finance:receipt_lines_export": "导出未入账的行",
        "finance:receipt_lines_settle": "处理退回的行",
        "finance:receipt_line_decide": "处理未入账的行",
        "finance:receipt_line_reverse": "申请冲回到账",
        "finance:receipt_line_returned": "支付退汇转发放结果",
        "finance:bill": "查看缴费单",
        "finance:unit_bill": "查看单位缴费单",
        "finance:unit_bill_pdf": "打印单位缴费单",
        "finance:refund_list": "导出退费清单",
        "finance:refund_payee": "申请退费改付",
        "finance:reverse": "申请冲销凭证",
    },
)
