"""What banks and tax offices say of a line of money beside its amount, and in which words: which way it went, whether it is booked, undone or void.

What such a column says is never passed over: the usual heads are columns of every format (`SAID`), and a column of such words under a head that nobody
knows refuses the file (`refuse_unread`).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping

from yigui.common.money import parse_yuan
from yigui.common.normalise import plain_code, read_yes
from yigui.documents.errors import FileRefused
from yigui.documents.tabular.columns import WIDE, Column, Kind, Row
from yigui.documents.tabular.heads import Words, plain_head
from yigui.documents.tabular.read import Table, read_table
from yigui.documents.tabular.units import other_unit_of_head
from yigui.exchange.beside import HEAD_MAX, is_nothing, may_say_it_went, refuse_unlisted, says_again, says_it_went, says_of
from yigui.exchange.harmless import HEAD, approved, plain_of
from yigui.exchange.second_columns import second_of

#: In which money an amount is.
CURRENCY = Column("currency", (
    "币种", "货币", "交易币种", "币别", "账户币种", "货币种类", "币种名称", "币种代码", "货币代码", "交易货币", "记账币种", "结算币种", "Currency",
), Kind.TEXT)  # fmt: skip
#: Which way the money went: one column that says it, or one amount for each way; the currency; whether it is booked; whether it undoes another or was
#: undone itself.
SAID = (
    Column("way", (
        "借贷标志", "借贷方向", "借/贷", "借贷", "收支方向", "收付标志", "收支标志", "交易方向", "收/付", "借贷标识", "借贷状态", "借贷类型", "借方/贷方",
        "收支", "收/支", "收支类型", "收付", "收付方向", "收付类型", "收付标识", "资金方向", "资金流向", "发生方向", "往来标志", "往来账标志", "来往账标志",
        "来往账标识", "进出账标志", "出入账标志", "进出标志", "D/C", "Dr/Cr", "DC", "CdtDbtInd",
    ), Kind.TEXT),
    Column("debit", (
        "借方发生额", "借方金额", "支出金额", "支出", "转出金额", "付款金额", "借方", "支出额", "付出", "付出金额", "付方发生额", "取出金额", "支取金额", "支取",
        "借方发生额/元", "借方发生金额", "出账金额",
    ), Kind.AMOUNT),
    Column("credit", (
        "贷方发生额", "贷方金额", "收入金额", "收入", "转入金额", "收款金额", "贷方", "收入额", "收方发生额", "存入金额", "存入", "贷方发生额/元", "贷方发生金额",
        "入账金额", "进账金额",
    ), Kind.AMOUNT),
    CURRENCY,
    Column("state", (
        "交易状态", "记账状态", "处理状态", "入账状态", "入库状态", "到账状态", "处理结果", "交易结果", "状态", "交易状态说明", "交易结果说明", "业务状态",
        "流水状态", "清算状态", "缴费状态", "缴款状态", "扣款状态", "扣款结果", "缴费结果", "征收状态", "征缴状态", "上解状态", "支付状态", "收款状态",
        "是否入账", "是否到账", "是否记账", "是否入库", "是否成功", "是否有效", "入账标志", "到账标志", "记账标志", "入库标志", "有效标志", "入账标识",
        "到账标识", "记账标识", "入库标识", "有效标识", "票据状态", "税票状态", "票证状态", "凭证状态",
    ), Kind.TEXT),
    Column("reversal", (
        "冲正标志", "冲正标识", "是否冲正", "冲正", "冲销标志", "冲账标志", "抹账标志", "撤销标志", "红字标志", "冲补标志", "反交易标志", "冲正状态", "冲销状态",
        "冲销标识", "红冲标志", "是否红冲", "是否冲销", "红冲标识",
    ), Kind.TEXT),
    Column("void", (
        "作废标志", "作废标识", "是否作废", "退库标志", "退库标识", "是否退库", "退款标志", "退款标识", "是否退款", "退费标志", "是否退费", "退票标志", "是否退票",
        "退汇标志", "是否退汇", "作废状态", "退款状态", "退库状态", "退费状态",
    ), Kind.TEXT),
)  # fmt: skip
OUT = frozenset({
    "借", "付", "支", "支出", "转出", "出", "出账", "D", "DR", "DEBIT", "DBIT", "借方", "支取", "取款", "付款", "付出", "往账", "转出账", "流出", "汇出",
})  # fmt: skip
IN = frozenset({
    "贷", "收", "收入", "转入", "入", "入账", "C", "CR", "CREDIT", "CRDT", "贷方", "存入", "存款", "收款", "进账", "来账", "转入账", "流入", "汇入", "进",
})  # fmt: skip
#: Signs that say it too, under a head nobody knows; lists put a hyphen where a cell is empty, so by itself it says nothing.
_SIGNS, _BLANK = frozenset({"+", "-", "＋", "－"}), frozenset({"-", "－"})
_YUAN = frozenset({"CNY", "RMB", "人民币", "人民币元", "156", "元", "001", "01", "本币", "本位币"})
_OTHER_MONEY = frozenset({
    "USD", "HKD", "EUR", "JPY", "GBP", "AUD", "CAD", "KRW", "SGD", "MOP", "CHF", "RUB", "TWD", "美元", "美金", "港元", "港币", "欧元", "日元", "英镑", "澳元",
})  # fmt: skip
BOOKED = frozenset({
    "成功", "交易成功", "处理成功", "记账成功", "入账成功", "已入账", "已记账", "已入库", "已到账", "入账", "记账", "入库", "到账", "正常", "完成", "已完成",
    "交易完成", "有效", "缴费成功", "缴款成功", "扣款成功", "已缴费", "已缴款", "已扣款", "已清算", "已征收", "已上解", "已收款", "已支付", "支付成功", "收款成功",
    "清算成功", "已清分", "已结算", "入库成功", "到账成功", "成功入账", "成功入库", "成功到账",
    "批扣成功", "代扣成功", "已缴", "正常缴费", "正常入账", "正常入库", "BOOK", "BOOKED", "SUCCESS", "SUCCESSFUL", "OK",
})  # fmt: skip
_NOT_BOOKED = frozenset({
    "失败", "交易失败", "处理失败", "扣款失败", "缴费失败", "缴款失败", "支付失败", "记账失败", "入账失败", "处理中", "交易处理中", "待处理", "待入账", "待记账",
    "待清算", "待复核", "待审核", "待扣款", "待缴费", "未入账", "未记账", "未到账", "未入库", "未清算", "未缴费", "未缴款", "未扣款", "未支付", "未处理", "未成功",
    "在途", "挂账", "已受理", "已提交", "已发送", "超时", "余额不足", "账户冻结", "异常", "无效", "作废", "已作废", "取消", "已取消", "关闭", "已关闭", "退款",
    "已退款", "退汇", "已退汇", "退票", "已退票", "退库", "已退库", "退回", "已退回", "部分退款", "可疑", "未知", "PDNG", "PENDING", "INFO", "FUTR", "FAIL",
    "FAILED", "FAILURE", "REJECTED", "CANCELLED", "TIMEOUT", "PROCESSING",
})  # fmt: skip
_IS_UNDOING = frozenset({"冲正", "冲账", "抹账", "红字", "红冲", "冲销", "撤销", "冲正交易", "反交易"})
_IS_NOT_UNDOING = frozenset({"正常", "未冲正", "未发生冲正", "非冲正", "蓝字", "正常交易", "未冲销", "未红冲"})
_WAS_UNDONE = frozenset({"已冲正", "被冲正", "已冲账", "已抹账", "已冲销", "已撤销", "已红冲", "被红冲"})
_IS_NOT_VOID = frozenset({
    "正常", "有效", "未作废", "未退库", "未退款", "未退费", "未退票", "未退汇", "非作废", "无退款", "无退库", "无退款记录", "未发生退款",
})  # fmt: skip
#: What a line says that is no money any more, whatever the head above it.
_GONE = _WAS_UNDONE | {"作废", "已作废", "退库", "已退库", "已退款", "已退汇", "已退票", "已退费"}
#: Heads that say what became of a line, those whose yes is no good news, and those that speak of something else.
_OF_STATE = re.compile(
    r"状态|结果|(?:是否|标志|标识).*(?:账|入库|成功|有效|清算|缴|扣)|(?:账|入库|成功|有效|清算|缴|扣).*(?:标志|标识)"
)
_OF_VOID = re.compile(
    r"(?:是否|标志|标识|状态).*(?:作废|退|冲|撤|红字|失败|异常)|(?:作废|退|冲|撤|红字|失败|异常).*(?:标志|标识|状态)"
)
_OF_ELSE = re.compile(
    r"打印|回单|对账|开票|开具|参保|单位|人员|账户|帐户|认领|通知|推送|短信|核对|下载|现转|手工|手续费|代扣|委托|批扣|托收|联系|客户|"
    r"欠|补|方式|协议|页|明细|转账|退休|退役|退伍"
)
#: Heads of amounts that lower the money of a line.
_LESS = re.compile(r"(?:失败|退(?!休|役|伍)|冲|红字|抵|扣减|核减|减免).*(?:额|费|款)$|(?:额|费|款).*(?:退|冲减)")
#: Heads of what really came in.
_NET = re.compile(r"(?:成功|实收|实缴|实际|净|到账|入账|入库|清算|结算|实扣).*(?:额|款)$|净额|净收")
_NOT_NET = re.compile(r"余额|单位|个人|滞纳|利息|累计")
#: Heads of what people write as they like.
_FREE = re.compile(r"备注|附言|用途|摘要|说明|注释|留言|事由")
#: A code before its word (0-正常), and words that say nothing.
_CODED = re.compile(r"[0-9A-Za-z]{1,4}\s*[-:：.、]\s*(\S+)")
_NOTHING = frozenset({"-", "--", "—", "——", "/", "无"})
_NUMBERED = re.compile(r"账号|帐号|账户|帐户|卡号")
_NOT_OURS = re.compile(r"付|对方|对手|转出|借方|汇款|交易方|名|行|余额|类|性质|币|状态|机构|虚|子|标")
_ACCOUNT = re.compile(r"[0-9][0-9*xX -]{7,38}")


def not_booked(row: Mapping[str, str]) -> str:
    """The sentence about a row that its bank says it has not booked; "" where it has, or says nothing that can be read."""
    state = _state_of(row)
    if not state or (state.upper() not in _NOT_BOOKED and _says(state) is not False):
        return ""
    return f"银行注明该笔“{state[:20]}”，不是已入账，未入账；入账后请随以后的文件导入"


def unclear(row: Mapping[str, str]) -> str:
    """The sentence about a row of which the bank says something nobody here can read: its money may have come; "" where there is no such word."""
    state = _state_of(row)
    if not state or state.upper() in BOOKED | _NOT_BOOKED or _says(state) is not None:
        return ""
    return f"状态“{state[:20]}”无法识别，不知是否已入账，请与报送单位核实；已入账的，请改为“已入账”后重新导入"


def _state_of(row: Mapping[str, str]) -> str:
    return _word(row.get("state", ""))


def _word(text: str) -> str:
    """What a cell says: without the code before it, "" where it says nothing."""
    plain = text.strip().replace("帐", "账")
    if found := _CODED.fullmatch(plain):
        plain = found[1]
    return "" if plain in _NOTHING else plain


def way_word(text: str) -> str:
    """A word of direction as it is compared: capitals, without what stands in brackets behind it."""
    return re.split(r"[(（]", text.strip().upper())[0].strip()


def is_yuan(text: str) -> bool:
    """Whether a currency is the yuan, by its word, its letters or a number of it banks use (156, 001, 01), or two of them (CNY-人民币, 人民币(CNY))."""
    parts = [part for part in re.split(r"[-()/:、\s]+", unicodedata.normalize("NFKC", text).strip().upper()) if part]
    return bool(parts) and all(part in _YUAN for part in parts)


def is_reversal(row: Mapping[str, str]) -> bool | str:
    """Whether a row undoes another; a sentence where it was undone itself or is void, or nobody knows."""
    void = _word(row.get("void", ""))
    if void and void not in _IS_NOT_VOID and _says(void) is not False:
        return f"注明该笔“{void[:20]}”（作废或退款），未入账；请与报送单位核实"
    word = _word(row.get("reversal", ""))
    if not word:
        return False
    if word in _WAS_UNDONE:
        return f"银行注明该笔“{word}”，未入账；请与银行核实"
    if word in _IS_UNDOING or word in _IS_NOT_UNDOING:
        return word in _IS_UNDOING
    if (said := _says(word)) is None:
        return f"冲正标志“{word[:20]}”无法识别，不知是否冲正，请与银行核实；应为是或否"
    return said


def _says(word: str) -> bool | None:
    try:
        return read_yes(word)
    except ValueError:
        return None


def _is_figure(text: str) -> bool:
    try:
        parse_yuan(text)
    except ValueError:
        return False
    return True


def _is_amount(text: str) -> bool:
    """Whether it is an amount other than nothing."""
    try:
        return parse_yuan(text) != 0
    except ValueError:
        return False


def refuse_unread(
    content: bytes,
    file_name: str,
    table: Table,
    *,
    source: str,
    is_account_known: bool,
    partner: str,
    of_results: Callable[[Row], bool] | None = None,
) -> Mapping[int, str]:
    """Refuse a table with a column under a head nobody knows, but for the harmless ones that are listed (`beside`), and those where they say which way
    the money went, in which unit or currency, whether it is booked, or whose account it moved on: what it says would be passed over.

    Args:
        source: bank, tax or results, of which the list is.
        partner: whose files they are: heads that two people have accepted of it are passed over like the listed ones (`harmless`).
        is_account_known: the table names the account it is of, or need not.
        of_results: the table is one of results of payments, which went one way; tells the rows that say that the money arrived: the others say
            themselves that it did not.

    Returns:
        By row number the sentence about a row of money that came in whose two days are too far apart: that row alone goes back.
    """
    ways_are_told = of_results is not None or bool({"way", "debit", "credit"} & set(table.heads))
    # What banks write as the text of a line (摘要) may be nothing but its direction.
    is_summary = not ways_are_told and "摘要" in table.heads.get("text", "")
    refuse_unlisted(file_name, (), table.nameless)
    every = list(dict.fromkeys(table.unknown))
    # What cannot be looked into by its head: it stands there twice, is too long, or is nothing but marks.
    dark = [head for head in every if table.unknown.count(head) > 1 or len(head) >= HEAD_MAX or not plain_head(head)]
    refuse_unlisted(file_name, [head for head in dark if says_of(head, source) != ""])
    heads = [head for head in every if plain_head(head)]
    if not heads and not is_summary:
        return {}
    apart: dict[int, str] = {}
    accepted = approved(partner, source, HEAD) if heads else frozenset()
    # Before those of the format: of two heads that one column knows the second is read by nobody else.
    columns = [Column(str(k), (head,)) for k, head in enumerate(heads)]
    words = Words(table.columns)
    looked = {
        column.name: _Looked(head, says=_says_beside(head, source, words, accepted))
        for column, head in zip(columns, heads, strict=True)
    }
    seconds = {
        column.name: second
        for column, head in zip(columns, heads, strict=True)
        if (second := second_of(head, words, table.heads, says=says_of(head, source), of_results=of_results is not None))
    }
    if is_summary:
        looked["text"] = _Looked(table.heads["text"], is_text=True)
    amounts = [column.name for column in table.columns if column.kind == Kind.AMOUNT and column.name != "balance"]
    for row in read_table(content, file_name, [*columns, *table.columns], limits=WIDE).rows:
        if not row.is_aside and (of_results is None or of_results(row)):
            for name, one in looked.items():
                one.look(row.number, row.cells[name].strip())
                one.hold_against(row.number, row.cells[name], row.cells.get("way", ""))
                one.hold_to_list(row.number, row.cells[name].strip(), ways_are_told=ways_are_told)
                if one.is_net and not row.problems:
                    one.compare(row.number, row.cells[name], {row.cells[at] for at in amounts} - {""})
                if name in seconds and not row.problems and not _is_out(row.cells):
                    second = seconds[name]
                    cells = row.cells[second.column], row.cells[name]
                    if second.column != "received_on" or of_results is not None:
                        second.refuse(file_name, row.number, *cells)
                    elif told := second.contradicts(*cells):
                        apart[row.number] = f"{told}，相差过多，不知以哪一日为准，未入账；请与银行核实后重新报送该行"
    # What people write as they like may be of money that came in; money that went out it must not hide.
    found = [one for one in looked.values() if not ways_are_told and one.says_ways and (one.ways & OUT or not one.is_free)]
    if not found and is_summary and looked["text"].ways & OUT:
        found = [looked["text"]]
    if found:
        raise FileRefused(
            f"文件“{file_name}”的列“{found[0].head}”各行都是借、贷或收、付一类的字样，可能说明每笔是收是付，但系统不认得这个表头，未作任何改动。"
            f"请把表头改为“借贷标志”后重新导入；确与收付无关的，请删除该列。"
        )
    for one in looked.values():
        one.refuse(file_name, is_account_known=is_account_known, is_of_results=of_results is not None)
    unlisted = [one.head for one in looked.values() if one.is_unlisted]
    if known := [head for head in unlisted if words.of(head)]:
        raise FileRefused(
            f"文件“{file_name}”的列“{'”“'.join(head[:40] for head in known[:8])}”与另一列说的是同一内容，不知以哪一列为准，未作任何改动。"
            f"请与报送单位核实，只保留一列后重新导入；这样的列不能登记为无关列。"
        )
    refuse_unlisted(file_name, unlisted)
    return apart


def _is_out(cells: Mapping[str, str]) -> bool:
    """Whether a row says that its money went out: its other side is whom we paid, and no column of the payer speaks of that."""
    return way_word(cells.get("way", "")) in OUT or _is_amount(cells.get("debit", ""))


def _says_beside(head: str, source: str, words: Words, accepted: frozenset[str]) -> str | None:
    """What a column beside those that are read is held against; None where nobody knows it."""
    listed = says_of(head, source)
    again = words.of(head) if listed is None else None
    if again:
        # A further head of a column that is read says something of the money, whoever has accepted it.
        return says_again(again[0])
    if listed is None and plain_of(HEAD, head) in accepted and not other_unit_of_head(head):
        return ""
    return listed


class _Looked:
    """One column that no format knows, and what its cells say."""

    def __init__(self, head: str, *, says: str | None = "", is_text: bool = False) -> None:
        self.head, self.is_text, self._says = head, is_text, says
        #: The first cell that a listed column must not hold, and what it may say.
        self._unheld: tuple[int, str, str] | None = None
        plain = plain_head(head)
        is_else = _OF_ELSE.search(plain) is not None
        self.is_void = says == "void" or (says != "state" and not is_else and _OF_VOID.search(plain) is not None)
        self.is_state = says == "state" or (not is_else and not self.is_void and _OF_STATE.search(plain) is not None)
        self.is_number = _NUMBERED.search(plain) is not None and _NOT_OURS.search(plain) is None
        self.ways: set[str] = set()
        self._only_ways = self._only_states = self._only_money = self._only_accounts = True
        self._is_filled = False
        #: Whether any cell has more than the hyphen of an empty one.
        self._holds = False
        #: The first cell that says of a line that it is not booked, or is in another currency.
        self._state: tuple[int, str] | None = None
        self._money: tuple[int, str] | None = None
        self._is_gone = False
        self.is_less = _LESS.search(plain) is not None
        self.is_net = self._says == "equal" or (_NET.search(plain) is not None and _NOT_NET.search(plain) is None)
        self.is_free = _FREE.search(plain) is not None
        self._other: tuple[int, str] | None = None
        self._less: tuple[int, str] | None = None
        self._other_way: tuple[int, str] | None = None

    @property
    def says_ways(self) -> bool:
        """Whether its words are of direction, and nothing else."""
        return self._only_ways and bool(self.ways - _BLANK) and not self.is_text

    def look(self, number: int, text: str) -> None:
        word = _word(text).upper()
        if not word and text not in _SIGNS:
            return
        word = word or text
        if self.is_less and _is_amount(text):
            self._less = self._less or (number, text)
        self._is_filled = True
        self._holds = self._holds or word not in _BLANK
        self._only_ways = self._only_ways and word in OUT | IN | _SIGNS
        self.ways = self.ways | {word} if self._only_ways else set()
        self._only_money = self._only_money and (word in _OTHER_MONEY or is_yuan(word))
        self._only_accounts = self._only_accounts and _ACCOUNT.fullmatch(plain_code(text)) is not None
        if word in _OTHER_MONEY:
            self._money = self._money or (number, text)
        is_known = word in BOOKED | _NOT_BOOKED | _IS_UNDOING | _WAS_UNDONE | _IS_NOT_VOID | _IS_NOT_UNDOING
        self._only_states = self._only_states and is_known
        if self.is_void:
            is_good = word in _IS_NOT_VOID | _IS_NOT_UNDOING or _says(word) is False
        elif self.is_state:
            is_good = word in BOOKED or _says(word) is True
        else:
            is_good = word in BOOKED | _IS_NOT_VOID | _IS_NOT_UNDOING
        if word in _GONE:
            self._is_gone, self._state = True, (number, text)
        elif not is_good:
            self._state = self._state or (number, text)

    def hold_against(self, number: int, text: str, way: str) -> None:
        """Whether it says another way than the column that is read."""
        said, read = way_word(text), way_word(way)
        if said in OUT | IN and read in OUT | IN and (said in OUT) != (read in OUT):
            self._other_way = self._other_way or (number, text.strip())

    def compare(self, number: int, text: str, amounts: set[str]) -> None:
        """Whether what is said to have come in is another amount than the line's."""
        try:
            fen = parse_yuan(text)
        except ValueError:
            return
        if amounts and abs(fen) not in {abs(parse_yuan(amount)) for amount in amounts}:
            self._other = self._other or (number, text.strip())

    @property
    def is_unlisted(self) -> bool:
        """Whether it holds something and nobody knows what."""
        return self._holds and self._says is None

    def hold_to_list(self, number: int, text: str, *, ways_are_told: bool) -> None:
        """Hold a cell of a listed column against what the list says of it."""
        if not text or self._unheld:
            return
        said = ""
        if self._says == "way" and not ways_are_told:
            is_out = says_it_went(text, by_bank="摘要" in self.head) if self.is_free else may_say_it_went(text)
            said = "可能说明该笔是支出，而本文件没有借贷标志或收入、支出两列" if is_out else ""
        elif self._says == "yuan" and not is_yuan(text):
            said = "不是人民币元，而系统只按元读取金额"
        elif self._says == "nothing" and _word(text) and not is_nothing(text):
            said = "说明金额中有一部分不是该笔缴费"
        elif self._says == "direction" and way_word(text) not in OUT | IN:
            said = "不知是收是付"
        elif self._says == "currency" and not is_yuan(text):
            said = "不是人民币"
        elif self._says == "equal" and _word(text) and not _is_figure(text):
            said = "不是金额"
        if said:
            self._unheld = (number, text, said)

    def refuse(self, file_name: str, *, is_account_known: bool, is_of_results: bool) -> None:
        if self.is_text or not self._is_filled:
            return
        where, ends = f"文件“{file_name}”的列“{self.head}”", "但系统不认得这个表头，未作任何改动。"
        if self._state and (self.is_void or self.is_state or self._only_states or self._is_gone):
            number, text = self._state
            if is_of_results or self.is_free:
                raise FileRefused(
                    f"{where}第 {number} 行写着“{text[:20]}”，可能说明该笔没有入账、已冲正或已作废，未作任何改动。请与报送单位核实该笔，改正后重新导入。"
                )
            better = "冲正标志”或“作废标志" if self.is_void or self._is_gone else "交易状态"
            raise FileRefused(
                f"{where}第 {number} 行写着“{text[:20]}”，可能说明该笔没有入账、已冲正或已作废，{ends}"
                f"请把表头改为“{better}”后重新导入；确与入账无关的，请删除该列。"
            )
        if self._other_way and self.says_ways:
            number, text = self._other_way
            raise FileRefused(
                f"{where}第 {number} 行写着“{text}”，与该行的借贷标志相反，不知是收是付，未作任何改动。请与报送单位核实，只保留正确的一列后重新导入。"
            )
        if self._other:
            raise FileRefused(
                f"{where}第 {self._other[0]} 行写着“{self._other[1][:20]}”，与该行金额不同，可能是实际到账的金额，{ends}"
                f"请与报送单位核实，改正后去掉该列重新导入。"
            )
        if self._less:
            raise FileRefused(
                f"{where}第 {self._less[0]} 行写着“{self._less[1][:20]}”，可能是退回或冲减的金额，{ends}"
                f"请与报送单位核实该笔实际到账的金额，改正后去掉该列重新导入。"
            )
        if self._unheld:
            number, text, said = self._unheld
            raise FileRefused(
                f"{where}第 {number} 行写着“{text[:20]}”，{said}，未作任何改动。请与报送单位核实，改正后（说明收付的，把表头改为“借贷标志”）重新导入。"
            )
        if self._money and self._only_money:
            raise FileRefused(
                f"{where}第 {self._money[0]} 行写着“{self._money[1]}”，可能说明币种，{ends}请把表头改为“币种”后重新导入。"
            )
        if self.is_number and self._only_accounts and not is_account_known:
            raise FileRefused(f"{where}像是账号，不知是本方的还是付款人的，{ends}请把表头改为“本方账号”或“付款账号”后重新导入。")
