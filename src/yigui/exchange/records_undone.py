"""What a partner says of a record beside its facts, in columns that were not agreed: that it was taken back, is not confirmed, or says the contrary.

Such a word is never passed over: the row comes back with its sentence, and nothing is made of it.
"""

import re
from functools import cache

from yigui.common.normalise import plain_text, read_yes
from yigui.documents.tabular.heads import plain_head
from yigui.exchange.models import FileKind

_UNDONE = frozenset({
    "撤销", "已撤销", "删除", "已删除", "作废", "已作废", "误报", "已误报", "错报", "取消", "已取消", "无效", "已无效", "待核实", "未核实", "核实中", "存疑",
    "不属实",     "未确认", "待确认", "更正", "DEL", "DELETE", "DELETED", "CANCEL", "CANCELLED", "INVALID",
})  # fmt: skip
#: Of employment: that it is over. Of deaths and traces of life: that the person is not dead, or not alive.
_CONTRARY = {
    FileKind.EMPLOYMENT_REGISTRATION: frozenset({"解除", "已解除", "终止", "已终止", "注销", "已注销", "退工", "已退工", "离职", "已离职", "停保"}),
    FileKind.DEATH: frozenset({"未死亡", "健在", "生存", "存活", "失踪", "迁出", "迁移", "复活", "恢复户口"}),
    FileKind.LIFE_SIGN: frozenset({"死亡", "已死亡", "去世", "失踪", "未通过", "认证失败", "比对失败", "非本人", "失败"}),
    FileKind.PRISON: frozenset({"未服刑", "无罪", "改判无罪", "撤诉"}),
}  # fmt: skip
#: What a head may ask about: whether a record was taken back, and whether it holds; of each kind what its yes, and what its no, contradicts.
_TAKEN_BACK, _HOLDS = "撤销|作废|删除|误报|取消|无效", "有效|属实|确认|核实"
_YES_IS_CONTRARY = {FileKind.DEATH: "健在|生存", FileKind.LIFE_SIGN: "死亡", FileKind.EMPLOYMENT_REGISTRATION: "离职|解除|终止"}
_NO_IS_CONTRARY = {
    FileKind.DEATH: "死亡", FileKind.LIFE_SIGN: "健在|生存|通过|本人", FileKind.EMPLOYMENT_REGISTRATION: "在职|在岗", FileKind.PRISON: "服刑",
}  # fmt: skip


@cache
def _heads(words: str) -> re.Pattern[str]:
    """Heads that ask about one of some words by yes or no."""
    return re.compile(f"(?:是否|标志|标识).*(?:{words})|(?:{words}).*(?:标志|标识)")


def _asks(plain: str, *words: str) -> bool:
    return any(_heads(of).search(plain) is not None for of in words if of)


def undone_in_words(kind: FileKind, head: str, text: str) -> str:
    """The sentence about a cell that says its record is none; "" where it does not."""
    word = plain_text(text)
    if not word:
        return ""
    plain = plain_head(head)
    is_undone = word.upper() in _UNDONE | _CONTRARY[kind]
    if_yes, if_no = (
        _asks(plain, _TAKEN_BACK, _YES_IS_CONTRARY.get(kind, "")), _asks(plain, _HOLDS, _NO_IS_CONTRARY.get(kind, "")),
    )  # fmt: skip
    if not is_undone and (if_yes or if_no):
        try:
            is_undone = if_yes if read_yes(word) else if_no and not if_yes
        except ValueError:
            is_undone = False
    if not is_undone:
        return ""
    return f"“{head[:20]}”写着“{word[:20]}”，该条可能已撤销、尚未核实或另有含义，没有接收；请与报送单位核实，确认后去掉该列重新报送"
