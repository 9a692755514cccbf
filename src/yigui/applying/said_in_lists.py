"""What an employer writes in a list beside what is asked (增减类型, 备注): the contrary of what the list is handed in for comes back."""

import re
from collections.abc import Mapping

from yigui.casework.handlers import Direction
from yigui.common.errors import YiguiError
from yigui.common.normalise import plain_text, read_yes
from yigui.documents.tabular.heads import plain_head

#: Heads under which somebody says what is to be done with a row, or how it stands with the person; names, places and departments say neither.
_SAYS = re.compile(r"类型|类别|状态|标志|标识|备注|说明|情况|原因|方式|操作|变动|增减|意见|是否|附言")


#: Words by which somebody says that a person comes, or goes.
_WORDS: Mapping[Direction, str] = {
    Direction.IN: "增加|增员|新增|新参|参保登记|续保|入职|录用|在职|在岗",
    Direction.OUT: "减少|减员|停保|退保|离职|退工|辞职|辞退|解除|终止|死亡|退休|不参|不再参|不予参|不再录用|到期|期满|放弃|暂不|下月再|未过",
}
#: What a head asks by yes or no about whether somebody comes.
_COMES = "参保|增员|在职|在岗|续保|录用"


def against_row(item: str, direction: Direction, head: str, text: str) -> str:
    """The sentence about a cell that says the contrary of an item; "" where it does not. `item`: its name."""
    word, plain = plain_text(text), plain_head(head)
    if not word or _SAYS.search(plain) is None or not _is_contrary(direction, plain, word):
        return ""
    return f"“{head[:20]}”写着“{word[:20]}”，与本名单（{item}）相反；不办理的请删除该行，确认要办理的请去掉该列内容后重新上传"


def _is_contrary(direction: Direction, plain: str, word: str) -> bool:
    other = Direction.OUT if direction == Direction.IN else Direction.IN
    if "是否" in plain or plain.endswith(("标志", "标识")):
        comes, goes = re.search(_COMES, plain), re.search(_WORDS[Direction.OUT], plain)
        if not comes and not goes:
            return False
        try:
            is_coming = read_yes(word) == (goes is None)
        except ValueError:
            return re.search(_WORDS[other], word) is not None
        return is_coming != (direction == Direction.IN)
    # A list of people who go says why: of their end, not of a new beginning.
    return re.search(_WORDS[other], word) is not None and (direction == Direction.IN or re.search(_WORDS[direction], word) is None)


def refuse_other_sheet(item: str, direction: Direction, sheet: str) -> None:
    """A sheet that is called the contrary is not read as a list of the item.

    Raises:
        YiguiError: with its name.
    """
    if sheet and _is_contrary(direction, "", sheet):
        raise YiguiError(
            f"工作表“{sheet[:40]}”的名称与本事项（{item}）相反，没有读取；请确认上传的是本事项的名单，或改好工作表名称后重新上传。"
        )
