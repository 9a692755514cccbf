"""What a partner says of a record beside its facts, in columns that were not agreed: that it was taken back, is not confirmed, says the contrary,
or is about somebody else.

Such a cell is never passed over: the row comes back with its sentence, and nothing is made of it. Under a head that says of what kind a record
is or how it stands, only words go with taking it that are known to; under a head of free text, and for every other cell, it is looked for what
speaks against it. What says none of it (住址, 民族, 联系电话) is nobody's business.
"""

import re
from dataclasses import dataclass
from functools import cache

from yigui.common.normalise import plain_text, read_yes
from yigui.documents.tabular.heads import plain_head
from yigui.exchange.models import FileKind

#: A cell that is one of these words says so under whatever head.
_UNDONE = frozenset({
    "撤销", "已撤销", "删除", "已删除", "作废", "已作废", "误报", "已误报", "错报", "取消", "已取消", "无效", "已无效", "待核实", "未核实", "核实中", "存疑",
    "不属实",     "未确认", "待确认", "更正", "DEL", "DELETE", "DELETED", "CANCEL", "CANCELLED", "INVALID",
})  # fmt: skip
#: A cell that says nothing.
_NOTHING = frozenset({"无", "-", "--", "—", "/", "无异常", "无备注"})
#: A code before its word (0-正常).
_CODED = re.compile(r"[0-9A-Za-z]{1,4}\s*[-:：.、]\s*(\D.*)")
#: Of any record, in a text or under a head of its state: it does not hold, or nobody knows yet.
_AGAINST = (
    "撤销|作废|误报|错报|误登|错登|更正|取消|删除|无效|待核|待查|待人工|待审|核查中|核实中|未核|未确认|未查|待确认|存疑|不属实|不符|不一致|查无|无此人|"
    "重复|同名|有误|疑似|重名|冒用"
)
#: Of any record, under a head of its state: it holds.
_HOLDS = frozenset({
    "正常", "有效", "是", "属实", "核实", "已核实", "确认", "已确认", "审核", "已审核", "审核通过", "通过", "已通过", "成功", "完成", "已完成", "办结",
    "已办结", "无误", "核实无误", "审核无误", "核实通过", "核验通过", "比对通过", "比对成功", "认证通过", "首次", "新增", "报送",
    "已报送", "登记", "已登记", "新增登记",
})  # fmt: skip
#: Heads that say of what kind a record is, or how it stands.
_OF_STATE = (
    r"^(?:状态|结果|结论|注销原因|销户原因)$|(?:业务|登记|备案|办理|变动|增减|操作|申报|注销|事件|刑罚|处罚|判决|执行)(?:类型|类别|种类|事项|方式)$"
    r"|(?:核查|核实|比对|认证|审核|查询|处理|校验|复核|调查)(?:结果|结论|状态|情况)$"
    r"|(?:数据|记录|信息|人员|在职|就业|生存|存活|生命|执行|服刑|羁押|备案|登记|业务)"
    r"状态$"
)
#: Heads of free text.
_OF_TEXT = r"备注|附注|意见|说明|原因|情况|附言|批注|摘要|(?:类型|类别|状态|结果)$"
#: Words by which a second column of numbers or names says whose they are: somebody else's.
_OTHERS = (
    "家属|亲属|遗属|丧属|配偶|子女|父亲|母亲|申请|申报|联系|经办|办理|登记人|录入|审核|核实|监护|代办|报告|户主|负责|法定|法人|操作|填报|制表|"
    "单位|企业|用人|曾用|原|旧|别名|医师|法官|干警|管教|接收|领取"
)
_WHOSE = r"(?:身份证|证件|公民身份|社会保障|社保)(?:号|号码)|姓名$|名字$"


@dataclass(frozen=True)
class _Said:
    """What is heard of records of a kind: what else goes with taking one and what speaks against it; heads whose yes and whose no contradict it, and
    those whose day does."""

    holds: str
    against: str
    if_yes: str = ""
    if_no: str = ""
    day: str = ""


_OF_KIND = {
    FileKind.DEATH: _Said(
        holds="死亡|身故|去世|病故|亡故|火化|土葬|安葬", against="健在|在世|生存|存活|未死|未亡|没有死|失踪|出国|出境|定居|迁出|迁移|参军|入伍|恢复|复活",
        if_yes="健在|生存|在世", if_no="死亡", day="恢复|复活|撤销|更正|迁出|推断死亡|推定死亡|宣告死亡|实际死亡|确认死亡",
    ),
    FileKind.LIFE_SIGN: _Said(
        holds="健在|在世|生存|存活|一致|匹配|认证成功|已认证|本人|就医|门诊|住院|购药|乘车|出行|体检|接种|缴费",
        against="死亡|去世|身故|亡故|火化|殡葬|注销|失踪|未通过|失败|非本人|不匹配|未匹配|未认证|没有|不通过",
        if_yes="死亡|注销", if_no="健在|生存|在世|通过|本人", day="死亡|火化|注销|撤销",
    ),
    FileKind.EMPLOYMENT_REGISTRATION: _Said(
        holds="就业|用工|录用|招用|入职|在职|在岗|增员|备案|签订|续订|续签|新签", against="解除|终止|失业|离职|退工|辞职|辞退|停保|减员|未录用|注销|退休",
        if_yes="离职|解除|终止|失业", if_no="在职|在岗|录用", day="解除|离职|退工|失业|撤销|注销",
    ),
    FileKind.PRISON: _Said(
        holds="服刑|在押|收监|徒刑|拘役|监禁|羁押", against="假释|缓刑|管制|释放|无罪|撤诉|未服刑|监外|保外|社区矫正",
        if_no="服刑|在押", day="释放|假释|出狱|撤销|改判",
    ),
}  # fmt: skip
#: What a head may ask about by yes or no, of any record: whether it was taken back, and whether it holds.
_TAKEN_BACK, _IS_SO = "撤销|作废|删除|误报|取消|无效", "有效|属实|确认|核实"


@cache
def _heads(words: str) -> re.Pattern[str]:
    """Heads that ask about one of some words by yes or no."""
    return re.compile(f"(?:是否|标志|标识).*(?:{words})|(?:{words}).*(?:标志|标识)")


def _asks(plain: str, *words: str) -> bool:
    return any(_heads(of).search(plain) is not None for of in words if of)


def _found(words: str, text: str) -> bool:
    return bool(words) and re.search(words, text) is not None


def against_record(kind: FileKind, head: str, text: str) -> str:
    """The sentence about a cell that speaks against its record, or leaves open whose it is; "" where it does not."""
    word, plain = plain_text(text), plain_head(head)
    if coded := _CODED.fullmatch(word):
        word = coded[1]
    if not word or word in _NOTHING:
        return ""
    if _found(_WHOSE, plain) and not _found(_OTHERS, plain):
        return (
            f"“{head[:20]}”也是号码或姓名，不知道该条说的是谁，没有接收；请只保留本人的证件号码、姓名各一列"
            "（其他人的列名写明是谁，如“家属姓名”）后重新报送"
        )
    if not _speaks_against(_OF_KIND[kind], plain, word):
        return ""
    return f"“{head[:20]}”写着“{word[:20]}”，该条可能已撤销、尚未核实或另有含义，没有接收；请与报送单位核实，确认后去掉该列重新报送"


def _speaks_against(said: _Said, plain: str, word: str) -> bool:
    is_against = _found(f"{_AGAINST}|{said.against}", word)
    if word.upper() in _UNDONE:
        return True
    if_yes, if_no = _asks(plain, _TAKEN_BACK, said.if_yes), _asks(plain, _IS_SO, said.if_no)
    if if_yes or if_no:
        try:
            return if_yes if read_yes(word) else if_no and not if_yes
        except ValueError:
            return True
    if _found(rf"(?:{said.day}).*(?:日期|时间|日|年月)$", plain) and "合同" not in plain:
        return True
    if _found(_OF_STATE, plain):
        return is_against or not (word in _HOLDS or _found(said.holds, word))
    if _found(_OF_TEXT, plain):
        return is_against
    # Under a head of which nothing is known, what is the word of a contradiction and nothing more.
    return re.fullmatch(f"已?(?:{said.against})", word) is not None
