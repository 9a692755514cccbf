"""Words for the codes by which banks say why a payment was refused or came back (退回原因).

Source: ISO 20022 External Code Sets, ExternalStatusReason1Code and ExternalReturnReason1Code.
"""

import re

_WORDS = {
    "AC01": "账号有误", "AC02": "付款账号有误", "AC03": "收款账号有误", "AC04": "账户已销户", "AC05": "付款账户已销户", "AC06": "账户已冻结或止付",
    "AC07": "收款账户已销户", "AC13": "账户类型有误", "AC14": "账户类型有误", "AC15": "账号已变更", "AC16": "账户为不动户", "AG01": "该账户不允许此类交易",
    "AG02": "业务类型代码有误", "AGNT": "银行行号有误", "AM01": "金额为零", "AM02": "金额超过限额", "AM03": "币种不受理", "AM04": "账户余额不足",
    "AM05": "重复支付", "AM06": "金额低于下限", "AM07": "金额被冻结", "AM09": "金额有误", "AM10": "合计金额不符", "BE01": "户名与账号不符",
    "BE04": "收款人地址不全", "BE05": "发起方无法识别", "BE06": "收款人不明", "BE07": "付款人地址不全", "BE16": "付款人证件号码有误",
    "BE17": "收款人证件号码有误", "BE22": "收款人姓名缺失", "CNOR": "收款行未参加清算", "CURR": "币种有误", "CUST": "应付款人要求退回",
    "DT01": "日期有误", "DUPL": "重复支付", "ED05": "清算失败", "ERIN": "不支持所选的补充信息", "FF01": "格式有误", "FF05": "业务种类有误",
    "FOCR": "按撤销请求退回", "FR01": "涉嫌欺诈", "LEGL": "依法退回", "MD06": "收款人要求退回", "MD07": "账户所有人已死亡", "MS02": "客户未说明原因",
    "MS03": "银行未说明原因", "NARR": "原因见附言", "NOAS": "客户没有答复", "NOOR": "没有收到原支付", "RC01": "行号有误", "RC03": "付款行行号有误",
    "RC04": "收款行行号有误", "RF01": "交易流水号重复", "RR01": "缺少付款账户信息", "RR02": "缺少付款人姓名或地址", "RR03": "缺少收款人姓名或地址",
    "RR04": "监管要求", "SL01": "该账户未开通此项服务", "TECH": "技术故障", "TM01": "超过受理时间", "UPAY": "不应支付",
}  # fmt: skip
_CODE = re.compile(r"(?<![0-9A-Za-z])[A-Z]{2}(?:[A-Z]{2}|[0-9]{2})(?![0-9A-Za-z])")
#: What the bank wrote itself: no word of ours is put beside it.
_HAN = re.compile(r"[\u4e00-\u9fff]")


#: What a reason says of the account, by the codes of the form (return_reason).
_OF_ACCOUNT = (
    ("04", re.compile("销户|注销")), ("03", re.compile("冻结|止付")), ("02", re.compile("户名")),
    ("01", re.compile("账户不存在|账号不存在|无此账[户号]|账号有误")),
)  # fmt: skip


def return_reason_of(said: str) -> str:
    """The reason of the form (退票原因) that what the bank says is; "" where it says none of them."""
    words = reason_in_words(said)
    return next((code for code, pattern in _OF_ACCOUNT if pattern.search(words)), "")


def reason_in_words(said: str) -> str:
    """What a bank says, its codes with their words beside them where it gave none; as it is where no code is known."""
    if _HAN.search(said):
        return said
    return _CODE.sub(lambda code: f"{code[0]} {_WORDS[code[0]]}" if code[0] in _WORDS else code[0], said)
