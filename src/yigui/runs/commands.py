"""Commands of runs: `yigui <kind> plan|check|approve|execute|void`, one for every kind there is. Dry unless `--write` is given."""

import argparse
import sys
from typing import Any

from yigui.common.errors import NotFound, YiguiError
from yigui.common.money import format_fen
from yigui.identity.at_terminal import sign_in_as
from yigui.runs.batches import batch_of
from yigui.runs.kinds import RunKind, Unit, kind_of, run_kinds
from yigui.runs.models import Batch
from yigui.runs.signing import Deed
from yigui.runs.staged import do, prepare, void
from yigui.staff.models import User

_PERIOD = {Unit.MONTH: "YYYYMM", Unit.YEAR: "the year, YYYY"}


def add_run_commands(commands: Any) -> None:
    """Declare a command for every kind that is asked for with an area and a period."""
    for kind in run_kinds():
        if not kind.is_asked_for:
            continue
        parser = commands.add_parser(kind.code, help=kind.help)
        verbs = [kind.verb, "confirm", *(["check"] if kind.needs_check else []), "approve", "execute", "void"]
        parser.add_argument("verb", choices=verbs)
        parser.add_argument("--area", help="division code; its counties are in it")
        if kind.unit != Unit.NONE:
            parser.add_argument("--period", type=int, help=_PERIOD[kind.unit])
        parser.add_argument("--batch", type=int, help=f"number of the batch, for all but {kind.verb}")
        parser.add_argument("--user", required=True, help="user name of the person who does it")
        parser.add_argument(
            "--answer", action="append", default=[], metavar="CHECK=TEXT", help="written answer to a warning, for whoever signs"
        )
        parser.add_argument("--reason", default="", help="why a batch is voided")
        parser.add_argument("--write", action="store_true")


def is_run_command(name: str) -> bool:
    """Whether a command is that of a kind."""
    return any(kind.code == name and kind.is_asked_for for kind in run_kinds())


def run_command(chosen: argparse.Namespace) -> int:
    """Carry out a command of a kind; gives the exit code, 1 when a check bars the batch.

    Raises:
        YiguiError: what the use case refuses.
    """
    kind, user = kind_of(chosen.command), _person(chosen.user)
    if chosen.verb == kind.verb or chosen.write:
        user = sign_in_as(user)
    if chosen.verb == kind.verb:
        return _plan(kind, chosen, user)
    if not chosen.batch:
        raise YiguiError("请用 --batch 指定批次编号。")
    batch = batch_of(chosen.batch)
    if batch.kind != kind.code:
        raise YiguiError(f"第 {batch.pk} 号批次不是该类批次。")
    if not chosen.write:
        print("\n".join([*_lines(kind, batch), "以上为试运行，未写入。加 --write 执行。"]))
        return 0
    batch = do(batch_id=batch.pk, user=user, deed=Deed(chosen.verb), answers=_answers(chosen.answer), reason=chosen.reason)
    print("\n".join(_lines(kind, batch)))
    return 0


def _person(username: str) -> User:
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise NotFound(f"没有用户 {username}，请核对用户名。")
    return found


def _answers(given: list[str]) -> dict[str, str]:
    found = {}
    for text in given:
        check_id, sign, answer = text.partition("=")
        if not sign:
            raise YiguiError(f"--answer 应为“校验代码=说明”的形式，收到“{text}”。")
        found[check_id.strip()] = answer
    return found


def _plan(kind: RunKind, chosen: argparse.Namespace, user: User) -> int:
    period = getattr(chosen, "period", None)
    if not chosen.area or (kind.unit != Unit.NONE and not period):
        raise YiguiError("请用 --area 指定地区。" if kind.unit == Unit.NONE else "请用 --area 和 --period 指定地区和所属期。")
    from rich.progress import Progress

    with Progress(disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(kind.code, total=None)
        batch = prepare(
            kind, area_code=chosen.area, period=period or 0, user=user,
            on_step=lambda done, total, name: bar.update(task, completed=done, total=total, description=name),
        )  # fmt: skip
    lines = _lines(kind, batch)
    if not chosen.write:
        # A dry run shows the whole plan; its staged rows are not kept. Voided before a word is said: whoever reads may stop reading.
        void(batch_id=batch.pk, user=user, reason="试运行，不保留")
        lines.append("以上为试运行，批次已作废。加 --write 保留待审批。")
    print("\n".join(lines))
    return 0 if batch.is_sound else 1


def _lines(kind: RunKind, batch: Batch) -> list[str]:
    head = f"第 {batch.pk} 号批次 {batch}：{batch.state_label}，{batch.row_count} 行，{format_fen(batch.total_fen)} 元"
    words = {True: "通过", False: "未通过"}
    checks = [
        f"  {'须说明' if row in batch.warnings else words[row['passed']]} [{row['id']}] {row['label']} {row['detail']}".rstrip()
        for row in batch.checks
    ]
    taken = [f"  执行时剔除：{t['label']} {t['rows']} 行 {format_fen(t['amount_fen'])} 元" for t in batch.taken_out]
    return [head, *checks, *(f"  {line}" for line in kind.lines(batch)), *taken]
