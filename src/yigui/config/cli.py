"""The `yigui` command. Commands that change much show what they would do unless `--write` is given."""

import argparse
import datetime as dt
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from yigui.config.money_commands import MONEY_COMMANDS, add_money_commands


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point; exits 0, 1 when a check found faults or a use case refused, 2 on wrong usage."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigui.config.settings")
    parser = argparse.ArgumentParser(prog="yigui", description="一柜 yigui：社会保险综合柜员制经办系统")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _run_arguments(commands.add_parser("run", help="start database, web server and worker"))
    commands.add_parser("migrate", help="bring the database to the present version")
    synth = commands.add_parser("synth", help="generate a city into an empty database")
    synth.add_argument("--persons", type=int, default=24_000, help="insured people (default 24000)")
    synth.add_argument("--seed", type=int, default=1)
    synth.add_argument("--write", action="store_true")
    install = commands.add_parser("install", help="areas, agencies and the three administrators of a real installation")
    install.add_argument("areas", type=Path, help="CSV: code,name,level (city or county),parent,agency")
    install.add_argument("--write", action="store_true")
    commands.add_parser("verify", help="recompute everything and name what was tampered with")
    seal = commands.add_parser("seal", help="seal what has happened since the last seal")
    seal.add_argument("--write", action="store_true")
    token = commands.add_parser("token", help="make a token for a partner; printed once")
    token.add_argument("--partner", required=True, help="code of the partner; made when new")
    token.add_argument("--user", required=True, help="user name of the account the partner's program acts for")
    token.add_argument("--channel", required=True, choices=["online", "kiosk", "mobile", "bank_outlet", "counter"])
    token.add_argument("--outlet-class", default="", choices=["", "A", "B", "C"])
    imports = commands.add_parser("import-registrations", help="take a CSV of employment registrations (就业备案) in")
    imports.add_argument("file", type=Path)
    imports.add_argument("--partner", default="employment_service")
    imports.add_argument("--write", action="store_true")
    partners = commands.add_parser("partners", help="start the reference partners (参考协作单位) and connect them")
    partners.add_argument("--port", type=int, default=8101, help="first port (default 8101)")
    add_money_commands(commands)
    chosen = parser.parse_args(arguments)
    if chosen.command == "run":
        from yigui.config.supervisor import run

        run(chosen)
        return
    _use_embedded()
    import django

    django.setup()
    from yigui.common.errors import YiguiError

    try:
        code = {**_COMMANDS, **MONEY_COMMANDS}[chosen.command](chosen)
    except YiguiError as refused:
        print(refused.message, file=sys.stderr)
        code = 1
    sys.exit(code)


def _use_embedded() -> None:
    """Without `DATABASE_URL`, use the embedded database of a running `./run`."""
    if os.environ.get("DATABASE_URL"):
        return
    from yigui.config.supervisor import ROOT, embedded_of, use_server

    home = Path(os.environ.get("YIGUI_DATA", ROOT / ".data"))
    server = embedded_of(home)
    if server is None:
        sys.exit("没有正在运行的数据库：请先运行 ./run，或以 DATABASE_URL 指定数据库。")
    use_server(home, server)


def _run_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--persons", type=int, default=24_000, help="insured people of the generated city (default 24000)")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--today", type=dt.date.fromisoformat, help="business day of a demonstration, e.g. 2026-11-10")
    parser.add_argument("--workers", type=int, default=2, help="web processes")


def city_size(persons: int) -> Any:
    """A city in the proportions of the sources: one employer to 20 insured, 27.5 pensioners to 100."""
    from yigui.synthetic.generate_city import CitySize

    return CitySize(
        insured=persons, pensioners=persons * 11 // 40, employers=max(11, persons // 20), seekers=max(200, persons // 40)
    )


def _migrate(_: argparse.Namespace) -> int:
    from yigui.config.prepare import prepare_database
    from yigui.config.static_files import pack_static

    pack_static()
    prepare_database()
    return 0


def _synth(chosen: argparse.Namespace) -> int:
    from yigui.casework.seal import seal_day
    from yigui.common import clock
    from yigui.synthetic.demo_staff import create_demo_staff
    from yigui.synthetic.generate_city import generate_city

    size = city_size(chosen.persons)
    if not chosen.write:
        print(f"将生成：{size}。加 --write 执行。")
        return 0
    from rich.progress import Progress

    with Progress() as bar:
        task = bar.add_task("模拟城市", total=50)
        generate_city(size, clock.today(), seed=chosen.seed, on_step=lambda name: bar.update(task, advance=1, description=name))
        bar.update(task, completed=50, description="模拟城市")
    create_demo_staff(clock.today())
    seal_day(clock.today())
    return 0


def _install(chosen: argparse.Namespace) -> int:
    from yigui.config.install import install

    for line in install(chosen.areas, is_written=chosen.write):
        print(line)
    if not chosen.write:
        print("以上为试运行，未写入。加 --write 执行。")
    return 0


def _verify(_: argparse.Namespace) -> int:
    from yigui.casework.verify import verify_all

    progress = (lambda name: print(f"核验{name}…", file=sys.stderr)) if sys.stderr.isatty() else None
    faults = 0
    for fault in verify_all(on_part=progress):
        print(fault)
        faults += 1
    return 1 if faults else 0


def _seal(chosen: argparse.Namespace) -> int:
    from yigui.casework.models import Event, Seal
    from yigui.casework.seal import seal_day
    from yigui.common import clock

    last = Seal.objects.order_by("-id").first()
    waiting = Event.objects.filter(pk__gt=last.last_event_id if last else 0).count()
    print(f"待封存事件 {waiting} 个。")
    if chosen.write:
        sealed = seal_day(clock.today())
        print(f"封存根 {sealed.root}" if sealed else "没有新的事件。")
    return 0


def _token(chosen: argparse.Namespace) -> int:
    from yigui.common.digests import sm3
    from yigui.common.errors import NotFound
    from yigui.exchange.models import ApiToken, Partner
    from yigui.staff.models import User

    user = User.objects.filter(username=chosen.user).first()
    if user is None:
        raise NotFound(f"没有用户 {chosen.user}，请先由系统管理员建立账号并完成授权。")
    partner, _ = Partner.objects.get_or_create(code=chosen.partner, defaults={"name": chosen.partner})
    secret = secrets.token_urlsafe(32)
    ApiToken.objects.create(
        partner=partner, digest=sm3(secret), user=user, channel=chosen.channel, outlet_class=chosen.outlet_class
    )
    print(secret)
    return 0


def _import_registrations(chosen: argparse.Namespace) -> int:
    from django.db import transaction

    from yigui.common import clock
    from yigui.common.errors import NotFound
    from yigui.exchange.import_registrations import import_registrations
    from yigui.exchange.models import Partner

    partner = Partner.objects.filter(code=chosen.partner, is_active=True).first()
    if partner is None or not chosen.file.exists():
        raise NotFound(f"没有协作单位 {chosen.partner} 或文件 {chosen.file}。")
    with transaction.atomic():
        receipt = import_registrations(
            content=chosen.file.read_bytes(), file_name=chosen.file.name, partner=partner, user=None, today=clock.today()
        )
        print(f"{receipt.row_count} 行，入库 {receipt.accepted_count} 行，退回 {len(receipt.rejected)} 行。")
        for row, why in receipt.rejected:
            print(f"第 {row} 行：{why}")
        if not chosen.write:
            transaction.set_rollback(True)
            print("以上为试运行，未写入。加 --write 执行。")
    return 1 if receipt.rejected else 0


def _partners(chosen: argparse.Namespace) -> int:
    from yigui.config.partners import run_partners

    return run_partners(chosen.port)


_COMMANDS = {
    "install": _install, "migrate": _migrate, "synth": _synth, "verify": _verify, "seal": _seal, "token": _token, "partners": _partners,
    "import-registrations": _import_registrations,
}  # fmt: skip
