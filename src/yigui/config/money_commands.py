"""Commands of money: `levy`, `pay`, `adjust`, `recalculate`, `certify`, `receipts`, `results`, `reconcile`, `transfer`, `interest`,
`close`. Dry unless `--write` is given."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def add_money_commands(commands: Any) -> None:
    """Declare the commands."""
    for name, words in (
        ("levy", "monthly levy plan"),
        ("pay", "monthly pay run"),
        ("adjust", "annual adjustment of pensions"),
        ("recalculate", "provisional awards made again when the year's base is known"),
        ("interest", "yearly interest of personal accounts"),
        ("transfer", "month's transfers between accounts and areas"),
        ("close", "closing of a month"),
    ):
        parser = commands.add_parser(name, help=words)
        parser.add_argument("verb", choices=["plan", "check", "approve", "execute", "void"])
        parser.add_argument("--area", help="division code; its counties are in it")
        parser.add_argument("--period", type=int, help="YYYYMM; for interest, adjustment and recalculation the year")
        parser.add_argument("--batch", type=int, help="number of the batch, for all but plan")
        parser.add_argument("--user", required=True, help="user name of the person who does it")
        parser.add_argument("--write", action="store_true")
    certify = commands.add_parser("certify", help="certification of pensioners")
    certify.add_argument("verb", choices=["match", "approve", "execute", "void"])
    certify.add_argument("--area")
    certify.add_argument("--batch", type=int)
    certify.add_argument("--user", required=True)
    certify.add_argument("--write", action="store_true")
    results = commands.add_parser("results", help="what the bank says about payments")
    results.add_argument("file", type=Path, help="pain.002 or the delimited format")
    results.add_argument("--write", action="store_true")
    receipts = commands.add_parser("receipts", help="money that arrived")
    receipts.add_argument("verb", choices=["import"])
    receipts.add_argument("file", type=Path, help="CSV with LD/T 92 heads, or camt.053")
    receipts.add_argument("--partner", required=True, help="whose format it is: tax or bank")
    receipts.add_argument("--area", required=True, help="where the money was taken")
    receipts.add_argument("--write", action="store_true")
    reconcile = commands.add_parser("reconcile", help="plan, bank and books of a month side by side")
    reconcile.add_argument("--area", required=True)
    reconcile.add_argument("--period", type=int, required=True)
    # Reads only; the flag is taken so that all money commands are called alike.
    reconcile.add_argument("--write", action="store_true", help=argparse.SUPPRESS)


def _person(username: str) -> Any:
    from yigui.common.errors import NotFound
    from yigui.staff.models import User

    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise NotFound(f"没有用户 {username}，请核对用户名。")
    return found


def _batch_command(kind: str) -> Callable[[argparse.Namespace], int]:
    def run(chosen: argparse.Namespace) -> int:
        from yigui.common.errors import YiguiError
        from yigui.runs.batches import batch_of

        user = _person(chosen.user)
        if chosen.verb == "match":
            if not chosen.area:
                raise YiguiError("请用 --area 指定地区。")
            return _plan(kind, chosen, user)
        if chosen.verb == "plan":
            if not chosen.area or not chosen.period:
                raise YiguiError("请用 --area 和 --period 指定地区和所属期。")
            return _plan(kind, chosen, user)
        if not chosen.batch:
            raise YiguiError("请用 --batch 指定批次编号。")
        batch = batch_of(chosen.batch)
        if batch.kind != kind:
            raise YiguiError(f"第 {batch.pk} 号批次不是该类批次。")
        _show(batch)
        if not chosen.write:
            print("以上为试运行，未写入。加 --write 执行。")
            return 0
        _show(_act(kind, chosen.verb, batch.pk, user))
        return 0

    return run


def _plan(kind: str, chosen: argparse.Namespace, user: Any) -> int:
    from rich.progress import Progress

    from yigui.accounts.interest import plan_interest
    from yigui.common import clock
    from yigui.entitlement.certification import plan_match
    from yigui.ledger.close import plan_close
    from yigui.ledger.transfer import plan_transfer
    from yigui.levy.levy_run import plan_levy
    from yigui.payment.adjust_run import plan_adjust
    from yigui.payment.pay_run import plan_pay
    from yigui.payment.recalculate_run import plan_recalculation

    with Progress(disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(kind, total=None)

        def step(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=name)

        period = getattr(chosen, "period", None) or 0
        year = period // 100 if period > 9999 else period
        if kind == "levy":
            batch = plan_levy(area_code=chosen.area, period=period, user=user, on_step=step)
        elif kind == "pay":
            batch = plan_pay(area_code=chosen.area, period=period, user=user, on_step=step)
        elif kind == "adjust":
            batch = plan_adjust(area_code=chosen.area, year=year, user=user, on_step=step)
        elif kind == "recalculate":
            batch = plan_recalculation(area_code=chosen.area, year=year, user=user, on_step=step)
        elif kind == "certify":
            batch = plan_match(area_code=chosen.area, user=user, today=clock.today())
        elif kind == "interest":
            batch = plan_interest(area_code=chosen.area, year=year, user=user, on_step=step)
        elif kind == "transfer":
            batch = plan_transfer(area_code=chosen.area, period=chosen.period, user=user)
        else:
            batch = plan_close(area_code=chosen.area, period=chosen.period, user=user)
    _show(batch)
    for row in batch.summary.get("differences", []):
        print(f"  与上期比较：{row['label']} {row['lines']} 行")
    for row in batch.summary.get("flags", []):
        if row["found"]:
            print(f"  请复核人核对：{row['label']} {row['found']} 笔")
    if not chosen.write:
        # A dry run shows the whole plan; its staged rows are not kept for approval.
        _void(kind)(batch_id=batch.pk, user=user)
        print("以上为试运行，批次已作废。加 --write 保留待审批。")
    return 0 if batch.is_sound else 1


def _void(kind: str) -> Callable[..., Any]:
    from yigui.accounts.interest import void_interest
    from yigui.levy.levy_run import void_plan
    from yigui.payment.adjust_run import void_adjust
    from yigui.payment.pay_run import void_pay
    from yigui.runs.batches import void_batch

    return {"levy": void_plan, "interest": void_interest, "pay": void_pay, "adjust": void_adjust}.get(kind, void_batch)


def _act(kind: str, verb: str, batch_id: int, user: Any) -> Any:
    from yigui.accounts.interest import execute_interest
    from yigui.entitlement.certification import execute_match
    from yigui.ledger.close import execute_close
    from yigui.ledger.transfer import execute_transfer
    from yigui.levy.levy_run import execute_levy
    from yigui.payment.adjust_run import execute_adjust
    from yigui.payment.pay_run import execute_pay
    from yigui.payment.recalculate_run import execute_recalculation
    from yigui.runs.batches import approve_batch, check_batch, require_executor

    if verb == "check":
        return check_batch(batch_id=batch_id, user=user)
    if verb == "approve":
        return approve_batch(batch_id=batch_id, user=user)
    if verb == "void":
        return _void(kind)(batch_id=batch_id, user=user)
    require_executor(user)
    execute: dict[str, Callable[..., Any]] = {
        "levy": execute_levy, "interest": execute_interest, "transfer": execute_transfer, "close": execute_close,
        "pay": execute_pay, "adjust": execute_adjust, "recalculate": execute_recalculation, "certify": execute_match,
    }  # fmt: skip
    return execute[kind](batch_id=batch_id)


def _show(batch: Any) -> None:
    print(f"第 {batch.pk} 号批次 {batch}：{batch.get_status_display()}，{batch.row_count} 行，{batch.total_fen / 100:,.2f} 元")
    for check in batch.checks:
        print(f"  {'通过' if check['passed'] else '未通过'} {check['label']} {check['detail']}")


def _results(chosen: argparse.Namespace) -> int:
    from django.db import transaction

    from yigui.common import clock
    from yigui.common.errors import NotFound
    from yigui.payment.bank_results import import_results

    if not chosen.file.exists():
        raise NotFound(f"没有文件 {chosen.file}。")
    with transaction.atomic():
        file = import_results(content=chosen.file.read_bytes(), file_name=chosen.file.name, today=clock.today(), user_id=None)
        print(f"{file.row_count} 行：到账 {file.paid_count} 笔，退票 {file.returned_count} 笔，退回 {len(file.rejected)} 行。")
        for row, sentence in file.rejected[:20]:
            print(f"  第 {row} 行：{sentence}")
        if not chosen.write:
            transaction.set_rollback(True)
            print("以上为试运行，未写入。加 --write 执行。")
    return 1 if file.rejected else 0


def _receipts(chosen: argparse.Namespace) -> int:
    from django.db import transaction

    from yigui.common import clock
    from yigui.common.errors import NotFound
    from yigui.receipts.files import import_receipts

    if not chosen.file.exists():
        raise NotFound(f"没有文件 {chosen.file}。")
    with transaction.atomic():
        done = import_receipts(
            content=chosen.file.read_bytes(), file_name=chosen.file.name, partner=chosen.partner, area_code=chosen.area, user=None,
            today=clock.today(),
        )  # fmt: skip
        print(f"新到账 {done.new_rows} 笔，重复 {done.duplicates} 笔，退回 {len(done.rejected)} 笔。")
        for number, sentence in done.rejected:
            print(f"第 {number} 行：{sentence}")
        if done.settlement is not None:
            s = done.settlement
            print(
                f"到账 {s.received_fen / 100:,.2f} 元，分配 {s.allocated_fen / 100:,.2f} 元，暂收 {s.suspense_fen / 100:,.2f} 元，"
                f"滞纳金 {s.surcharge_fen / 100:,.2f} 元，记账 {len(s.vouchers)} 张凭证，记入个人账户 {s.entries} 笔 {s.credited_fen / 100:,.2f} 元。"
            )
        if not chosen.write:
            transaction.set_rollback(True)
            print("以上为试运行，未写入。加 --write 执行。")
    return 1 if done.rejected else 0


def _reconcile(chosen: argparse.Namespace) -> int:
    from yigui.receipts.reconcile import reconcile
    from yigui.registry.queries import areas_under

    found = reconcile(areas=areas_under(chosen.area), period=chosen.period)
    for row in found.rows:
        print(
            f"{row.label}：应缴 {row.due_fen / 100:,.2f}，已缴 {row.paid_fen / 100:,.2f}，到账分配 {row.allocated_fen / 100:,.2f}，"
            f"记账 {row.posted_fen / 100:,.2f}，差异 {row.difference_fen / 100:,.2f}"
        )
    print(f"银行和国库到账 {found.received_fen / 100:,.2f}，账面收款 {found.booked_fen / 100:,.2f}")
    for todo in found.todos:
        print(f"待查：{todo.kind} {todo.text} {todo.amount_fen / 100:,.2f}")
    return 0 if found.agrees else 1


MONEY_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "levy": _batch_command("levy"), "interest": _batch_command("interest"), "transfer": _batch_command("transfer"),
    "close": _batch_command("close"), "receipts": _receipts, "reconcile": _reconcile, "results": _results,
    "pay": _batch_command("pay"), "adjust": _batch_command("adjust"), "recalculate": _batch_command("recalculate"),
    "certify": _batch_command("certify"),
}  # fmt: skip
