"""Commands of money besides the runs, which declare theirs themselves (`runs.commands`): `receipts`, `results`, `reconcile`.

Dry unless `--write` is given.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from yigui.common.money import format_fen


def add_money_commands(commands: Any) -> None:
    """Declare the commands."""
    results = commands.add_parser("results", help="what the bank says about payments")
    results.add_argument("file", type=Path, help="pain.002 or the delimited format")
    results.add_argument("--user", required=True, help="user name of the cashier or accountant, who signs in")
    results.add_argument("--write", action="store_true")
    receipts = commands.add_parser("receipts", help="money that arrived")
    receipts.add_argument("verb", choices=["import"])
    receipts.add_argument("file", type=Path, help="table with the partner's heads, or camt.053/054")
    receipts.add_argument("--partner", required=True, help="whose format it is: tax or bank")
    receipts.add_argument("--area", required=True, help="where the money was taken")
    receipts.add_argument("--user", required=True, help="user name of the cashier or accountant, who signs in")
    receipts.add_argument("--write", action="store_true")
    reconcile = commands.add_parser("reconcile", help="plan, bank and books of a month side by side")
    reconcile.add_argument("--area", required=True)
    reconcile.add_argument("--period", type=int, required=True)
    # Reads only; the flag is taken so that all money commands are called alike.
    reconcile.add_argument("--write", action="store_true", help=argparse.SUPPRESS)


def _results(chosen: argparse.Namespace) -> int:
    from django.db import transaction

    from yigui.common import clock
    from yigui.common.errors import NotFound
    from yigui.identity.at_terminal import sign_in_named
    from yigui.payment.bank_results import import_results, said_of

    if not chosen.file.exists():
        raise NotFound(f"没有文件 {chosen.file}。")
    user = sign_in_named(chosen.user)
    with transaction.atomic():
        file = import_results(content=chosen.file.read_bytes(), file_name=chosen.file.name, today=clock.today(), user=user)
        waiting = list(file.waiting.order_by("row_no").values_list("row_no", "sentence"))
        if not chosen.write:
            transaction.set_rollback(True)
    print(said_of(file))
    for row, sentence in file.rejected:
        print(f"第 {row} 行：{sentence}")
    for row, sentence in waiting:
        print(f"第 {row} 行待核实：{sentence}")
    if not chosen.write:
        print("以上为试运行，未写入。加 --write 执行。")
    return 1 if file.rejected or waiting else 0


def _receipts(chosen: argparse.Namespace) -> int:
    from django.db import transaction

    from yigui.common import clock
    from yigui.common.errors import NotFound
    from yigui.identity.at_terminal import sign_in_named
    from yigui.receipts.files import import_receipts

    if not chosen.file.exists():
        raise NotFound(f"没有文件 {chosen.file}。")
    user = sign_in_named(chosen.user)
    with transaction.atomic():
        done = import_receipts(
            content=chosen.file.read_bytes(), file_name=chosen.file.name, partner=chosen.partner, area_code=chosen.area, user=user,
            today=clock.today(),
        )  # fmt: skip
        print(done.said)
        for number, sentence in done.rejected:
            print(f"退回 第 {number} 行：{sentence}")
        for number, sentence in done.waiting:
            print(f"待核 第 {number} 行：{sentence}")
        if done.settlement is not None:
            s = done.settlement
            print(
                f"到账 {format_fen(s.received_fen)} 元，分配 {format_fen(s.allocated_fen)} 元，暂收 {format_fen(s.suspense_fen)} 元，"
                f"滞纳金 {format_fen(s.surcharge_fen)} 元，记账 {len(s.vouchers)} 张凭证，记入个人账户 {s.entries} 笔 {format_fen(s.credited_fen)} 元。"
            )
        if not chosen.write:
            transaction.set_rollback(True)
            print("以上为试运行，未写入。加 --write 执行。")
    return 1 if done.rejected or done.waiting else 0


def _reconcile(chosen: argparse.Namespace) -> int:
    from yigui.payment.reconcile_all import reconcile_all
    from yigui.registry.queries import areas_under

    found = reconcile_all(areas=areas_under(chosen.area), period=chosen.period)
    for row in found.rows:
        print(
            f"{row.label}：应缴 {format_fen(row.due_fen)}，已缴 {format_fen(row.paid_fen)}，到账分配 {format_fen(row.allocated_fen)}，"
            f"记账 {format_fen(row.posted_fen)}，差异 {format_fen(row.difference_fen)}"
        )
    print(f"银行和国库到账 {format_fen(found.received_fen)}，账面收款 {format_fen(found.booked_fen)}")
    if found.outside_fen:
        print(f"对账单上有而账上没有 {format_fen(found.outside_fen)}")
    if found.rejected:
        print(f"退回而尚未处理的行 {found.rejected}（金额未读出）")
    for todo in found.todos:
        print(f"待查：{todo.kind} {todo.text} {format_fen(todo.amount_fen)}")
    return 0 if found.agrees else 1


MONEY_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "receipts": _receipts, "reconcile": _reconcile, "results": _results,
}  # fmt: skip
