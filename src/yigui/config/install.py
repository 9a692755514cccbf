"""Setting up a real installation: areas and agencies, the three administrators who make all other accounts, and the accounts of the doors."""

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from django.db import connections, transaction

from yigui.common import clock
from yigui.common.errors import Conflict, YiguiError
from yigui.common.rooms import channels
from yigui.identity.proof import issue_enrolment, keep_password
from yigui.registry.models import Agency, Area
from yigui.runs.models import Run, RunStatus
from yigui.runs.opening_warrant import opening_warrant
from yigui.staff.edit_account import drawn_password
from yigui.staff.enums import Role, StaffVerb, StepKind, UserKind
from yigui.staff.models import Authority, User, kept_mark
from yigui.staff.records import deed

_COLUMNS = ("code", "name", "level", "parent", "agency")
_ADMINISTRATORS = ((Role.SYSTEM_ADMIN, "sysadmin"), (Role.SECURITY_ADMIN, "secadmin"), (Role.AUDIT_ADMIN, "logadmin"))


class InstallRefused(Conflict):
    """There are accounts already, or none."""

    code = "install.refused"


def install(path: Path, *, is_written: bool) -> Iterator[str]:
    """Write areas, agencies and administrators as the owner; gives what was (or would be) done, line by line.

    The file is CSV in UTF-8 with the columns of `_COLUMNS`; the city stands first. The posts of the administrators
    come under an opening warrant; their passwords are drawn, shown once, and changed at the first sign-in; so are the
    codes with which they enrol their devices (启用码). Each door for people outside (网上、掌上、自助) gets the account through which it
    hands in, which nobody signs in with; who wants it shut switches the account off on 账号管理.

    Raises:
        InstallRefused: there are accounts already. YiguiError: the file cannot be read.
    """
    if User.objects.using("owner").exists():
        raise InstallRefused("已有账号，初始安装只能在空库进行一次。其他账号请由系统管理员在页面上建立。")
    rows = _rows(path)
    with deed(actor=None, verb=StaffVerb.BASELINE, reason="初始安装", using="owner"):
        for row in rows:
            area = Area(code=row["code"], name=row["name"], level=row["level"], parent_id=row["parent"] or None)
            area.save(using="owner", force_insert=True)
            Agency(code=row["code"] + "01", name=row["agency"], area=area).save(using="owner", force_insert=True)
            yield f"{row['code']} {row['name']}：{row['agency']}"
        with connections["owner"].cursor() as cursor:
            run = Run.objects.using("owner").create(kind="opening", status=RunStatus.DONE, result={"areas": len(rows)})
            opening_warrant(cursor, run)
        for role, username in _ADMINISTRATORS:
            password = drawn_password()
            User(
                username=username, full_name=role.label, role=role, agency_id=rows[0]["code"] + "01", password=kept_mark(),
                must_change_password=True,
            ).save(using="owner", force_insert=True)  # fmt: skip
            made = User.objects.using("owner").get(username=username)
            keep_password(f"staff:{made.pk}", password, must_change=True)
            enrolment = issue_enrolment(made.pk)
            yield f"{role.label} {username}：{password if is_written else '（执行时生成）'}"
            yield f"{role.label} {username} 的动态口令启用码（七日内有效）：{enrolment if is_written else '（执行时生成）'}"
        for channel, name in channels().items():
            yield _open_door(channel, name, rows[0]["code"] + "01")
        if not is_written:
            transaction.set_rollback(True, using="owner")


def install_doors(*, is_written: bool) -> Iterator[str]:
    """Give each door that has come with a newer program its account, as the owner, at the agency of the other doors; gives what was (or would
    be) done, line by line. The load is one after the first day of business, so its number belongs into `YIGUI_OPENINGS`.

    Raises:
        InstallRefused: nothing was installed yet.
    """
    made = User.objects.using("owner").filter(kind=UserKind.DOOR).order_by("pk")
    first = made.first()
    if first is None:
        raise InstallRefused("尚未初始安装，请先运行 yigui install。")
    there = set(made.values_list("username", flat=True))
    lacking = {channel: name for channel, name in channels().items() if f"channel-{channel}" not in there}
    if not lacking:
        yield "各渠道均已有渠道账号，没有需要增加的。"
        return
    with deed(actor=None, verb=StaffVerb.BASELINE, reason="增加渠道账号", using="owner"):
        run = Run.objects.using("owner").create(kind="opening", status=RunStatus.DONE, result={"channels": sorted(lacking)})
        with connections["owner"].cursor() as cursor:
            opening_warrant(cursor, run)
        for channel, name in lacking.items():
            yield _open_door(channel, name, first.agency_id)
        if is_written:
            yield f"开始办理业务之后的装载：请把 {run.pk} 写进 YIGUI_OPENINGS。"
        else:
            transaction.set_rollback(True, using="owner")


def _open_door(channel: str, name: str, agency_id: str) -> str:
    """The account of a door, with its right to accept: open until somebody shuts it, on no day of its own."""
    User(
        username=f"channel-{channel}", kind=UserKind.DOOR, full_name=name, role=Role.TELLER, agency_id=agency_id, password="!"
    ).save(using="owner", force_insert=True)  # fmt: skip
    account = User.objects.using("owner").get(username=f"channel-{channel}")
    Authority.objects.using("owner").create(user=account, step=StepKind.ACCEPT, valid_from=clock.today(), valid_to=dt.date.max)
    return f"渠道账号 {account.username} {name}：受理已开通（不能登录；需要关闭时在“账号管理”停用）"


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        raise YiguiError(f"没有文件 {path}。")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != _COLUMNS:
            raise YiguiError(f"文件 {path.name} 的表头应为：{','.join(_COLUMNS)}。")
        rows = [{k: (v or "").strip() for k, v in row.items()} for row in reader]
    for number, row in enumerate(rows, start=2):
        if not (len(row["code"]) == 6 and row["code"].isdecimal() and row["name"] and row["agency"]):
            raise YiguiError(f"文件 {path.name} 第 {number} 行：区划代码应为 6 位数字，名称和机构不能为空。")
        if row["level"] not in ("city", "county"):
            raise YiguiError(f"文件 {path.name} 第 {number} 行：level 应为 city 或 county。")
    if not rows:
        raise YiguiError(f"文件 {path.name} 没有数据行。")
    return rows
