"""The `yigui` command. Commands that change much show what they would do unless `--write` is given."""

import argparse
import datetime as dt
import errno
import gc
import logging
import os
import secrets
import sys
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from yigui.config.money_commands import MONEY_COMMANDS, add_money_commands
from yigui.config.unheard import Unheard

Command = Callable[[argparse.Namespace], int]
logger = logging.getLogger(__name__)


#: What a shell says of a program whose reader has gone (`yigui … | head -1`): 128 and SIGPIPE.
READER_GONE = 141
#: Why a file that was named cannot be read or written, in words.
_UNREAD = {
    errno.ENOENT: "不存在，请核对路径", errno.EISDIR: "是文件夹，不是文件", errno.ENOTDIR: "的上级不是文件夹", errno.EACCES: "没有读写权限",
    errno.ENAMETOOLONG: "的路径过长",
}  # fmt: skip
#: Commands that only read: they stop when nobody reads them.
READING = frozenset({"verify", "items", "reconcile", "parameters", "docs"})


def main(arguments: Sequence[str] | None = None) -> None:
    """The commands of the product alone; the database is the one that `DATABASE_URL` names, for the courier `DATABASE_COURIER_URL` alone. See
    `carry_out` for the exit code."""
    parser, commands = command_line()
    named = os.environ.get("DATABASE_URL")
    chosen = parse(parser, commands, sys.argv[1:] if arguments is None else arguments, fixed=COMMANDS)
    if not named and not (chosen.command == "courier" and os.environ.get("DATABASE_COURIER_URL")):
        sys.exit("没有指定数据库：请以环境变量 DATABASE_URL 指定。")
    sys.exit(carry_out(chosen, COMMANDS))


def parse(parser: argparse.ArgumentParser, commands: Any, arguments: Sequence[str], *, fixed: Container[str]) -> argparse.Namespace:
    """Read a command line. Kinds of runs declare their commands themselves: they are asked where it is none of the fixed ones.

    Which database is used must stand in the environment before.
    """
    if not arguments or arguments[0] not in fixed:
        set_up()
        from yigui.runs.commands import add_run_commands

        add_run_commands(commands)
    return parser.parse_args(arguments)


def command_line() -> tuple[argparse.ArgumentParser, Any]:
    """The parser, and its commands, to which another room may add its own."""
    parser = argparse.ArgumentParser(prog="yigui", description="一柜 yigui：社会保险综合柜员制经办系统")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("migrate", help="bring the database to the present version")
    commands.add_parser("worker", help="take up background jobs until stopped")
    commands.add_parser("courier", help="send the text messages with sign-in codes until stopped")
    backup = commands.add_parser("backup", help="database and papers into a new folder, with a digest of every file")
    backup.add_argument("folder", type=Path)
    backup.add_argument("--jobs", type=int, default=2, help="connections of pg_dump (default 2)")
    checked = commands.add_parser("check-backup", help="compare every file of a backup with its list")
    checked.add_argument("folder", type=Path)
    restore = commands.add_parser("restore", help="check a backup and put it into an empty database and store")
    restore.add_argument("folder", type=Path)
    restore.add_argument(
        "--jobs", type=int, default=1, help="connections of pg_restore; with one (default) all or nothing is restored"
    )
    restore.add_argument("--write", action="store_true")
    install = commands.add_parser("install", help="areas, agencies and the three administrators of a real installation")
    install.add_argument("areas", type=Path, help="CSV: code,name,level (city or county),parent,agency")
    install.add_argument("--write", action="store_true")
    doors = commands.add_parser("install-doors", help="the accounts of doors that have come with a newer program")
    doors.add_argument("--write", action="store_true")
    enrol = commands.add_parser(
        "enrol",
        help="as the owner: a code with which somebody enrols a device for one-time codes, where nobody is left to confirm it",
    )
    enrol.add_argument("--user", required=True, help="user name of somebody without a device")
    enrol.add_argument("--write", action="store_true")
    merge = commands.add_parser(
        "merge-agency", help="what a merge of an agency into another would move, and what stands in its way"
    )
    merge.add_argument("merged", help="code of the agency that goes into the other")
    merge.add_argument("into", help="code of the agency that goes on")
    merge.add_argument("--by", default="", help="user name of the system administrator of the city who asks for it")
    merge.add_argument("--reason", default="", help="the document that approves it")
    merge.add_argument("--write", action="store_true", help="ask for it; a security administrator confirms on the page 机构合并")
    items = commands.add_parser("items", help="list the items with class, versions and dates")
    items.add_argument("--on", type=dt.date.fromisoformat, help="of a day, e.g. 2027-01-01 (default: today)")
    items.add_argument("--open", action="store_true", help="only those that can be accepted")
    verify = commands.add_parser("verify", help="recompute everything and name what was tampered with")
    verify.add_argument("--published", type=Path, help="a file of published seals, to compare with those that stand")
    seal = commands.add_parser("seal", help="seal what has happened since the last seal")
    seal.add_argument("--write", action="store_true")
    seal.add_argument(
        "--publish", action="store_true", help="append the newest root to the folder YIGUI_PUBLISHED, with a sheet to print"
    )
    token = commands.add_parser("token", help="make a token for a partner; printed once")
    token.add_argument("--partner", required=True, help="code of the partner; made when new")
    token.add_argument("--user", required=True, help="user name of the account the partner's program acts for")
    token.add_argument("--channel", required=True, choices=["online", "kiosk", "mobile", "bank_outlet", "counter"])
    token.add_argument("--outlet-class", default="", choices=["", "A", "B", "C"])
    imports = commands.add_parser("import-registrations", help="take a CSV of employment registrations (就业备案) in")
    imports.add_argument("file", type=Path)
    imports.add_argument("--partner", default="employment_service")
    imports.add_argument("--user", required=True, help="user name of the section head, who signs in")
    imports.add_argument("--write", action="store_true")
    imports.set_defaults(kind="employment_registration")
    records = commands.add_parser(
        "import-records", help="take a partner's file in: registrations, deaths, traces of life, prison terms"
    )
    records.add_argument("kind", choices=["employment_registration", "death", "life_sign", "prison"])
    records.add_argument("file", type=Path)
    records.add_argument("--partner", required=True, help="code of whoever sent it")
    records.add_argument("--user", required=True, help="user name of the section head, who signs in")
    records.add_argument("--write", action="store_true")
    parameters = commands.add_parser("parameters", help="figures of the law: what an agency needs and has not")
    parameters.add_argument("verb", choices=["gaps"])
    parameters.add_argument("--area", required=True, help="division code (GB/T 2260)")
    parameters.add_argument("--on", type=dt.date.fromisoformat, help="day, today when left out")
    add_money_commands(commands)
    return parser, commands


def carry_out(chosen: argparse.Namespace, known: Mapping[str, Command]) -> int:
    """Set Django up and do what was asked: 0, or 1 when a check found faults, a use case refused or the database did. (Wrong usage exits 2 before.)

    Whoever reads the answer may stop reading: a command that only reads stops then, one that acts goes on to its end unheard; the code
    is `READER_GONE`.
    """
    set_up()
    from django.db import Error

    from yigui.common.errors import YiguiError
    from yigui.db.faults import database_sentence
    from yigui.runs.commands import run_command

    heard = sys.stdout
    unheard = Unheard(heard)
    try:
        if chosen.command not in READING:
            sys.stdout = unheard
        code = known.get(chosen.command, run_command)(chosen)
        sys.stdout.flush()
    except YiguiError as refused:
        _record(refused, chosen)
        print(refused.message, file=sys.stderr)
        return 1
    except Error as refused:
        logger.debug("yigui %s", chosen.command, exc_info=refused)
        print(database_sentence(refused), file=sys.stderr)
        return 1
    except BrokenPipeError:
        unheard.is_gone = True
    except OSError as unread:
        if unread.filename is None or unread.errno not in _UNREAD:
            raise
        print(f"{unread.filename} {_UNREAD[unread.errno]}，未作任何改动。", file=sys.stderr)
        return 1
    finally:
        sys.stdout = heard
    if unheard.is_gone:
        # Nothing may be written at the end of the program either.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), heard.fileno())
        return READER_GONE
    return code


def _record(refused: Exception, chosen: argparse.Namespace) -> None:
    """Whoever wants by command what they may not leaves the same trace as at a page (R054)."""
    from yigui.common.errors import Forbidden
    from yigui.staff.models import User
    from yigui.staff.refusals import record_refusal

    if isinstance(refused, Forbidden):
        username = getattr(chosen, "user", "") or ""
        deed = f"命令 yigui {chosen.command} {getattr(chosen, 'verb', '')}".strip()
        record_refusal(refused, user=User.objects.filter(username=username).first(), deed=deed, who=username)


def set_up() -> None:
    """Django, ready for a command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigui.config.settings")
    import django

    # What is imported stays: looking through it for rubbish took a sixth of a command's start (measured).
    gc.disable()
    django.setup()
    gc.freeze()
    gc.enable()


def _migrate(_: argparse.Namespace) -> int:
    from yigui.config.prepare import prepare_database
    from yigui.config.static_files import collect_static

    collect_static()
    prepare_database()
    return 0


def _courier(_: argparse.Namespace) -> int:
    from yigui.exchange.courier import run_courier

    return run_courier()


def _worker(_: argparse.Namespace) -> int:
    from yigui.config.worker import run_worker

    return run_worker()


def _backup(chosen: argparse.Namespace) -> int:
    from yigui.config.backup import noted_backup

    digest = noted_backup(chosen.folder, jobs=chosen.jobs)
    print(f"备份完成：{chosen.folder}。清单摘要 {digest}，请抄录并分开保存。")
    return 0


def _check_backup(chosen: argparse.Namespace) -> int:
    from yigui.config.backup import noted_check

    manifest = noted_check(chosen.folder)
    print(f"备份完好：{len(manifest['files'])} 个文件，{manifest['made_at']}，与清单相符。")
    return 0


def _restore(chosen: argparse.Namespace) -> int:
    from yigui.config.backup import restore

    restore(chosen.folder, jobs=chosen.jobs, is_written=chosen.write)
    if chosen.write:
        print("恢复完成。程序版本比备份新的，请先运行 yigui migrate；再运行 yigui verify，无输出即与备份时一致。")
    else:
        print("以上为检查，未写入。加 --write 执行。")
    return 0


def _install(chosen: argparse.Namespace) -> int:
    from yigui.config.install import install

    return _told(install(chosen.areas, is_written=chosen.write), chosen)


def _install_doors(chosen: argparse.Namespace) -> int:
    from yigui.config.install import install_doors

    return _told(install_doors(is_written=chosen.write), chosen)


def _told(lines: Iterable[str], chosen: argparse.Namespace) -> int:
    """Print what is done line by line, and that nothing was written where it was not asked for."""
    for line in lines:
        print(line)
    if not chosen.write:
        print("以上为试运行，未写入。加 --write 执行。")
    return 0


def _enrol(chosen: argparse.Namespace) -> int:
    from yigui.common.errors import Conflict, NotFound
    from yigui.identity.proof import has_device, issue_enrolment
    from yigui.staff.models import User

    user = User.objects.using("owner").filter(username=chosen.user, is_active=True).first()
    if user is None:
        raise NotFound(f"没有在用的账号 {chosen.user}，请核对用户名。")
    if has_device(user.pk):
        raise Conflict(f"{user.full_name} 已启用动态口令；更换须由系统管理员申请、安全保密管理员确认。")
    if not chosen.write:
        print(f"将为 {user.full_name} 生成动态口令启用码。加 --write 执行。")
        return 0
    print(f"{user.full_name} 的动态口令启用码（只显示这一次，七日内有效）：{issue_enrolment(user.pk)}")
    return 0


def _merge_agency(chosen: argparse.Namespace) -> int:
    from yigui.common.errors import NotFound
    from yigui.registry.models import Agency
    from yigui.staff.merge_agencies import ask_to_merge, counts_of, hindrances
    from yigui.staff.models import User

    found = {a.code: a for a in Agency.objects.select_related("area").filter(code__in=(chosen.merged, chosen.into))}
    for code in (chosen.merged, chosen.into):
        if code not in found:
            raise NotFound(f"没有机构 {code}，请核对机构代码。")
    merged, into = found[chosen.merged], found[chosen.into]
    moving = counts_of(merged)
    print(
        f"{merged.name}并入{into.name}：转入人员 {moving['people']}，科室 {moving['sections']}，"
        f"办事场所 {moving['locations']}，柜台 {moving['desks']}。"
    )
    if chosen.write:
        actor = User.objects.select_related("agency__area").filter(username=chosen.by).first()
        if actor is None:
            raise NotFound(f"没有用户 {chosen.by or '（未填 --by）'}，请写明申请合并的市级系统管理员。")
        asked = ask_to_merge(actor=actor, merged=merged, into=into, reason=chosen.reason)
        print(f"已提交合并申请 {asked.pk} 号，请安全保密管理员在“机构合并”页确认。")
        return 0
    standing = hindrances(merged, into)
    for sentence in standing:
        print(sentence)
    if not standing:
        print("可以合并。加 --write --by 用户名 --reason 批准文件 提交申请。")
    return 1 if standing else 0


def _items(chosen: argparse.Namespace) -> int:
    from yigui.casework.handlers import is_open
    from yigui.catalogue.declarations import catalogue
    from yigui.common import clock
    from yigui.warrants.enums import RiskClass

    known = catalogue()
    for item in known.items(chosen.on or clock.today()):
        if is_open(item.code) or not chosen.open:
            state = "可办" if is_open(item.code) else "暂未开通"
            versions = "、".join(f"{v.valid_from} 起{RiskClass(v.risk_class).label}" for v in known.versions[item.code])
            print(item.code, state, RiskClass(item.risk_class).label, item.name, versions, sep="\t")
    return 0


def _verify(chosen: argparse.Namespace) -> int:
    from yigui.integrity.publish import compare, read
    from yigui.integrity.verification import noted_verification

    published = read(chosen.published) if chosen.published else []

    progress = (lambda name: print(f"核验{name}…", file=sys.stderr)) if sys.stderr.isatty() else None
    faults = 0
    for fault in noted_verification(progress, partial(compare, published)):
        print(fault)
        faults += 1
    return 1 if faults else 0


def _seal(chosen: argparse.Namespace) -> int:
    from yigui.casework.models import Event
    from yigui.integrity.models import Seal
    from yigui.integrity.publish import newest, publish
    from yigui.integrity.seal import seal_day

    last = Seal.objects.order_by("-id").first()
    waiting = Event.objects.filter(pk__gt=last.last_event_id if last else 0).count()
    print(f"待封存事件 {waiting} 个。")
    if chosen.write:
        sealed = seal_day()
        print(f"封存根 {sealed.root}" if sealed else "没有新的事件。")
    if chosen.publish:
        root = newest()
        print(f"记录封存 {root.line}")
        for sentence in publish(root):
            print(sentence)
    return 0


def _token(chosen: argparse.Namespace) -> int:
    from yigui.common.digests import sm3
    from yigui.common.errors import NotFound, YiguiError
    from yigui.exchange.models import ApiToken, Partner
    from yigui.identity.proof import keep_partner
    from yigui.staff.enums import UserKind
    from yigui.staff.models import User

    user = User.objects.filter(username=chosen.user).first()
    if user is None:
        raise NotFound(f"没有用户 {chosen.user}，请先由系统管理员在“账号管理”建立接口账号（api-…）并完成任岗、授权。")
    if user.kind != UserKind.PROGRAM:
        raise YiguiError(
            f"{chosen.user} 是{user.get_kind_display()}，令牌只能发给接口账号：请由系统管理员在“账号管理”另建接口账号（api-…）并完成任岗、授权。"
        )
    partner, _ = Partner.objects.using("owner").get_or_create(code=chosen.partner, defaults={"name": chosen.partner})
    secret = secrets.token_urlsafe(32)
    ApiToken.objects.using("owner").create(
        partner=partner, digest=sm3(secret), user_id=user.pk, channel=chosen.channel, outlet_class=chosen.outlet_class
    )
    keep_partner(user.pk, secret)
    print(secret)
    return 0


def _import_records(chosen: argparse.Namespace) -> int:
    """Exit 1 when lines were sent back; lines that wait or lead to nobody are listed too."""
    from django.db import transaction

    from yigui.common import clock
    from yigui.common.errors import NotFound
    from yigui.exchange.import_records import import_records
    from yigui.exchange.import_registrations import RECORD_FILES
    from yigui.exchange.models import Partner
    from yigui.identity.at_terminal import sign_in_named

    partner = Partner.objects.filter(code=chosen.partner, is_active=True).first()
    if partner is None or not chosen.file.exists():
        raise NotFound(f"没有协作单位 {chosen.partner} 或文件 {chosen.file}。")
    user = sign_in_named(chosen.user)
    with transaction.atomic():
        receipt = import_records(
            RECORD_FILES[chosen.kind], content=chosen.file.read_bytes(), file_name=chosen.file.name, partner=partner, user=user,
            today=clock.today(),
        )  # fmt: skip
        print(receipt.said)
        for row, why in receipt.rejected:
            print(f"第 {row} 行：{why}")
        for row, word, why in receipt.noted:
            print(f"第 {row} 行（{word}）：{why}")
        if not chosen.write:
            transaction.set_rollback(True)
            print("以上为试运行，未写入。加 --write 执行。")
    return 1 if receipt.rejected else 0


def _parameters(chosen: argparse.Namespace) -> int:
    """Exit 1 when something is missing that a public document gives; what none gives says so, what is not verified is listed last."""
    from yigui.common import clock
    from yigui.law.gaps import gaps

    today = clock.today()
    found = sorted(gaps(chosen.area, chosen.on or today, as_of=today), key=lambda gap: not gap.is_missing)
    nowhere = {gap: gap.found_nowhere(chosen.area) for gap in found if gap.is_missing}
    for gap in found:
        word = "待确认" if gap.is_contested else "未核实" if not gap.is_missing else "公开文件未载" if nowhere[gap] else "缺"
        print(f"{word}  {gap.parameter}  {gap.when}  {nowhere.get(gap) or gap.text}")
    open_ = sum(not text for text in nowhere.values())
    print(f"{chosen.area}：缺 {open_} 项，公开文件未载 {len(nowhere) - open_} 项，未核实或待确认 {len(found) - len(nowhere)} 项。")
    return 1 if open_ else 0


COMMANDS: dict[str, Command] = {
    "install": _install, "install-doors": _install_doors, "migrate": _migrate,
    "worker": _worker, "courier": _courier, "backup": _backup, "check-backup": _check_backup, "restore": _restore, "verify": _verify, "seal": _seal,
    "merge-agency": _merge_agency, "enrol": _enrol, "token": _token, "import-registrations": _import_records, "import-records": _import_records,
    "parameters": _parameters, "items": _items,
    **MONEY_COMMANDS,
}  # fmt: skip
