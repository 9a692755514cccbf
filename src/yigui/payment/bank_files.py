"""Files to the bank: ISO 20022 pain.001 and a delimited format; the same bytes whenever they are asked for.

A file holds at most `FILE_MAX` payments, in the order of the run: fund, area, benefit. Amounts leave as yuan with two decimals.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from django.db import connection, transaction

from yigui.common import clock
from yigui.common.dated_files import in_force, merged
from yigui.common.money import plain_fen
from yigui.common.tables import delimited_lines
from yigui.common.yaml_files import load_yaml
from yigui.payment.enums import PAY_KINDS
from yigui.payment.errors import PayRefused
from yigui.payment.models import Reissue
from yigui.registry.enums import insurance_label
from yigui.registry.queries import area_name
from yigui.runs.models import Batch, BatchStatus

FILE_MAX = 50_000
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_CHUNK = 5_000
_HERE = Path(__file__).parent / "declarations"


@dataclass(frozen=True)
class PayingAccount:
    """The account a fund pays from."""

    name: str
    account_no: str
    bank_code: str


@lru_cache(maxsize=64)
def _paying(day: dt.date, folder: Path) -> tuple[str, dict[tuple[str, int], tuple[str, str]]]:
    """Whose payments they are, and the accounts by area and insurance, as in force on a day: files laid upon each other."""
    debtor, layers = "", []
    for path in in_force(folder.glob("paying-accounts-*.yaml"), day, prefix="paying-accounts-"):
        declared = load_yaml(path)
        declared.check_keys(("accounts",), ("debtor",))
        layer = {}
        for row in declared["accounts"]:
            row.check_keys(("area", "insurance", "account_no", "bank_code"))
            layer[row["area"], row["insurance"]] = (row["account_no"], row["bank_code"])
        debtor = declared.get("debtor", debtor)
        layers.append(layer)
    return debtor, merged(layers)


def paying_account(area: str, insurance: int, on: dt.date) -> PayingAccount:
    """The expenditure account of an area and fund on the day of a payment.

    Args:
        on: the day the payment leaves, `paid_on` of its batch: a file asked for again later names the account it went from.

    Raises:
        PayRefused: none is declared for that day.
    """
    debtor, accounts = _paying(on, _HERE)
    found = accounts.get((area, insurance)) or accounts.get(("", insurance))
    if found is None:
        raise PayRefused(
            f"{insurance_label(insurance)}在 {on} 没有支出户账号，请在支付室声明目录补充当日生效的文件（如 paying-accounts-{on}.yaml）。"
        )
    return PayingAccount(f"{area_name(area)}{debtor}{insurance_label(insurance)}支出户", *found)


def own_accounts(on: dt.date) -> tuple[frozenset[str], str]:
    """The numbers of all accounts funds pay from as in force on a day, and what their holders' names have in common ("" nothing)."""
    debtor, accounts = _paying(on, _HERE)
    return frozenset(account_no for account_no, _ in accounts.values()), debtor


@cache
def delimited() -> Any:
    """The delimited format agreed with the bank."""
    declared = load_yaml(_HERE / "format-delimited.yaml")
    declared.check_keys(("payment", "result"))
    return declared


def payment_no(batch_id: int, benefit_id: int, attempt: int = 1) -> str:
    """The number by which bank and agency speak of a payment (EndToEndId)."""
    return f"P{batch_id}-{benefit_id}" if attempt == 1 else f"P{batch_id}-{benefit_id}-{attempt}"


class Instruction(NamedTuple):
    """One payment as it goes to the bank; fen."""

    number: str
    amount_fen: int
    area: int
    insurance: int
    bank_code: str
    account_name: str
    account_no: str
    #: What the payee reads; "" where the file says it once for all.
    purpose: str = ""


@dataclass(frozen=True)
class FileHead:
    """A file of a run: its number from 1, how many payments, their sum (fen), and sums by fund and area in its order."""

    number: int
    count: int
    amount_fen: int
    groups: tuple[tuple[int, int, int, int], ...]  # insurance, area, count, fen


_GROUPS = """
SELECT (seq - 1) / %(size)s + 1, insurance, area, count(*), sum(amount_fen)::bigint FROM benefits_payment
WHERE batch_id = %(batch)s AND seq BETWEEN %(first)s AND %(last)s GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def files_of(batch: Batch) -> list[FileHead]:
    """The files of an executed run; those sent again with it are a file of their own at the end.

    Raises:
        PayRefused: the run has not been executed.
    """
    _require_executed(batch)
    heads = _heads(batch, 1, 2**31 - 1)
    again = _again_head(batch, len(heads) + 1)
    return [*heads, again] if again else heads


def _require_executed(batch: Batch) -> None:
    if batch.kind not in PAY_KINDS or batch.status != BatchStatus.EXECUTED:
        raise PayRefused("只有已执行的支付计划可以生成银行文件。")


def _heads(batch: Batch, first: int, last: int) -> list[FileHead]:
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, {"size": FILE_MAX, "batch": batch.pk, "first": first, "last": last})
        rows = cursor.fetchall()
    found: dict[int, list[tuple[int, int, int, int]]] = {}
    for number, insurance, area, count, fen in rows:
        found.setdefault(number, []).append((insurance, area, count, fen))
    return [FileHead(n, sum(g[2] for g in groups), sum(g[3] for g in groups), tuple(groups)) for n, groups in found.items()]


def _again_head(batch: Batch, number: int) -> FileHead | None:
    groups: dict[tuple[int, int], tuple[int, int]] = {}
    for i in _again(batch):
        count, fen = groups.get((i.insurance, i.area), (0, 0))
        groups[i.insurance, i.area] = (count + 1, fen + i.amount_fen)
    if not groups:
        return None
    rows = tuple((insurance, area, *sums) for (insurance, area), sums in sorted(groups.items()))
    return FileHead(number, sum(r[2] for r in rows), sum(r[3] for r in rows), rows)


def _again(batch: Batch) -> list[Instruction]:
    rows = Reissue.objects.filter(sent_batch=batch.pk).select_related("benefit")
    return [
        Instruction(
            payment_no(r.batch_id, r.benefit_id, r.attempt), r.amount_fen, int(r.benefit.area_id), r.benefit.insurance, r.bank_code,
            r.account_name, r.account_no,
        )
        for r in rows.order_by("benefit__insurance", "benefit__area_id", "id")
    ]  # fmt: skip


def _instructions(batch: Batch, head: FileHead, is_again: bool) -> Iterator[Instruction]:
    if is_again:
        yield from _again(batch)
        return
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT benefit_id, amount_fen, area, insurance, bank_code, account_name, account_no FROM benefits_payment "
            "WHERE batch_id = %s AND seq BETWEEN %s AND %s ORDER BY seq",
            [batch.pk, (head.number - 1) * FILE_MAX + 1, head.number * FILE_MAX],
        )
        first = payment_no(batch.pk, 0)[:-1]
        while rows := cursor.fetchmany(_CHUNK):
            for benefit_id, amount_fen, area, insurance, bank_code, account_name, account_no in rows:
                yield Instruction(f"{first}{benefit_id}", amount_fen, area, insurance, bank_code, account_name, account_no)


def _text(value: str) -> str:
    """A value as it stands in XML; most need no escaping."""
    return value if value.isalnum() else escape(value)


def _head_of(batch: Batch, number: int) -> tuple[FileHead, bool]:
    """One file's head, and whether it is that of payments sent again; looks at no other file's payments."""
    _require_executed(batch)
    own = _heads(batch, (number - 1) * FILE_MAX + 1, number * FILE_MAX) if 1 <= number < 2**31 // FILE_MAX else []
    if own:
        return own[0], False
    again = (
        _again_head(batch, number) if number == 1 or _heads(batch, (number - 2) * FILE_MAX + 1, (number - 1) * FILE_MAX) else None
    )
    if again is None:
        raise PayRefused(f"第 {batch.pk} 号支付计划没有第 {number} 个银行文件。")
    return again, True


def paid_on(batch: Batch) -> dt.date:
    """The day a batch's files bear: that of its execution, in Chinese time, whenever they are asked for."""
    assert batch.executed_at is not None
    return clock.local(batch.executed_at).date()


def pain001(batch: Batch, number: int) -> Iterator[str]:
    """A file of a pay run as pain.001.001.09, in pieces."""
    head, is_again = _head_of(batch, number)
    return credit_transfers(batch, head, _instructions(batch, head, is_again))


def credit_transfers(batch: Batch, head: FileHead, instructions: Iterable[Instruction]) -> Iterator[str]:
    """pain.001.001.09 of an executed batch, in pieces: one payment information block per fund and area.

    Args:
        instructions: in the order of the head's groups, whose sums stand before them.
    """
    assert batch.executed_at is not None
    on = paid_on(batch)
    name = escape(_paying(on, _HERE)[0])
    made = clock.local(batch.executed_at).strftime("%Y-%m-%dT%H:%M:%S")
    yield (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}"><CstmrCdtTrfInitn><GrpHdr>'
        f"<MsgId>YIGUI-{batch.pk}-{head.number}</MsgId><CreDtTm>{made}</CreDtTm><NbOfTxs>{head.count}</NbOfTxs>"
        f"<CtrlSum>{plain_fen(head.amount_fen)}</CtrlSum><InitgPty><Nm>{name}</Nm></InitgPty></GrpHdr>\n"
    )
    current: tuple[int, int] | None = None
    groups = {(insurance, area): (count, fen) for insurance, area, count, fen in head.groups}
    block: list[str] = []
    for number_, amount_fen, area, insurance, bank_code, account_name, account_no, purpose in instructions:
        key = (insurance, area)
        if key != current:
            if current is not None:
                block.append("</PmtInf>\n")
            block.append(_payment_information(batch, head.number, key, groups[key], on))
            current = key
        agent = (
            f"<CdtrAgt><FinInstnId><ClrSysMmbId><MmbId>{_text(bank_code)}</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt>"
            if bank_code
            else ""
        )
        remittance = f"<RmtInf><Ustrd>{_text(purpose)}</Ustrd></RmtInf>" if purpose else ""
        block.append(
            f"<CdtTrfTxInf><PmtId><EndToEndId>{number_}</EndToEndId></PmtId>"
            f'<Amt><InstdAmt Ccy="CNY">{plain_fen(amount_fen)}</InstdAmt></Amt>{agent}<Cdtr><Nm>{_text(account_name)}</Nm></Cdtr>'
            f"<CdtrAcct><Id><Othr><Id>{_text(account_no)}</Id></Othr></Id></CdtrAcct>{remittance}</CdtTrfTxInf>\n"
        )
        if len(block) >= _CHUNK:
            yield "".join(block)
            block = []
    yield "".join(block) + ("</PmtInf>\n" if current else "") + "</CstmrCdtTrfInitn></Document>\n"


def _payment_information(batch: Batch, number: int, key: tuple[int, int], sums: tuple[int, int], on: dt.date) -> str:
    insurance, area = key
    payer = paying_account(str(area), insurance, on)
    return (
        f"<PmtInf><PmtInfId>YIGUI-{batch.pk}-{number}-{insurance}-{area}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>true</BtchBookg>"
        f"<NbOfTxs>{sums[0]}</NbOfTxs><CtrlSum>{plain_fen(sums[1])}</CtrlSum><ReqdExctnDt><Dt>{on}</Dt></ReqdExctnDt>"
        f"<Dbtr><Nm>{escape(payer.name)}</Nm></Dbtr><DbtrAcct><Id><Othr><Id>{payer.account_no}</Id></Othr></Id></DbtrAcct>"
        f"<DbtrAgt><FinInstnId><ClrSysMmbId><MmbId>{payer.bank_code}</MmbId></ClrSysMmbId></FinInstnId></DbtrAgt>\n"
    )


def delimited_file(batch: Batch, number: int) -> Iterator[str]:
    """A file of a pay run in the delimited format, in pieces."""
    head, is_again = _head_of(batch, number)
    return delimited_rows(_instructions(batch, head, is_again), purpose=f"{batch.period} 待遇")


def delimited_rows(instructions: Iterable[Instruction], *, purpose: str) -> Iterator[str]:
    """The delimited format of some payments, in pieces. `purpose`: of those that bear none of their own."""
    form = delimited()["payment"]
    fields = [c["field"] for c in form["columns"]]

    def rows() -> Iterator[Sequence[str]]:
        if form["head"]:
            yield [c["column"] for c in form["columns"]]
        for i in instructions:
            values = {
                "payment_no": i.number, "account_name": i.account_name, "account_no": i.account_no, "bank_code": i.bank_code,
                "amount": plain_fen(i.amount_fen), "purpose": i.purpose or purpose,
            }  # fmt: skip
            yield [values[field] for field in fields]

    lines = delimited_lines(rows(), delimiter=form["delimiter"])
    while piece := list(islice(lines, _CHUNK)):
        yield "".join(piece)
