"""Staff of the generated city: the roles of the seed agencies, with their windows and authority."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import connections, transaction

from yigui.common.digests import sm3
from yigui.exchange.models import ApiToken, Partner
from yigui.registry.models import Agency
from yigui.runs.models import Run, RunStatus
from yigui.staff.enums import Role, Step, WindowKind
from yigui.staff.models import Authority, CounterWindow, User
from yigui.synthetic.demo_outside import create_demo_kiosk, create_demo_logins
from yigui.synthetic.generate_city import opening_warrant
from yigui.synthetic.words import AREAS, CITY

#: Password of every demonstration account.
PASSWORD = "Yigui-2026"
#: Token of the demonstration partner; only its digest is stored.
API_TOKEN = "demo-yigui-partner-token"


@dataclass(frozen=True)
class DemoAccount:
    """One demonstration account; `steps` with `area` "" means the whole city."""

    username: str
    full_name: str
    role: str
    section: str
    steps: tuple[str, ...] = ()
    window: str = ""
    is_trainee: bool = False


ACCOUNTS = (
    DemoAccount("teller", "林晓燕", Role.TELLER, "综合业务科", (Step.ACCEPT, Step.RECHECK), "1"),
    DemoAccount("teller2", "周立群", Role.TELLER, "综合业务科", (Step.ACCEPT, Step.RECHECK), "2"),
    DemoAccount("special", "何静秋", Role.TELLER, "综合业务科", (Step.ACCEPT,), "9"),
    DemoAccount("trainee", "唐小雨", Role.TELLER, "综合业务科", (Step.ACCEPT,), "3", is_trainee=True),
    DemoAccount("reviewer", "赵文博", Role.REVIEWER, "参保征缴科", (Step.REVIEW,)),
    DemoAccount("reviewer2", "钱永安", Role.REVIEWER, "参保征缴科", (Step.REVIEW,)),
    DemoAccount("rechecker", "孙丽华", Role.RECHECKER, "综合业务科", (Step.RECHECK,)),
    DemoAccount("rechecker2", "吴海平", Role.RECHECKER, "综合业务科", (Step.RECHECK,)),
    DemoAccount("head", "郑国强", Role.SECTION_HEAD, "参保征缴科", (Step.REQUEST,)),
    DemoAccount("head2", "冯秀英", Role.SECTION_HEAD, "综合业务科", (Step.REQUEST,)),
    DemoAccount("director", "陈志远", Role.DIRECTOR, "局领导", (Step.MEETING, Step.APPROVE)),
    DemoAccount("director2", "蒋德明", Role.DIRECTOR, "局领导", (Step.MEETING, Step.APPROVE)),
    DemoAccount("auditor", "韩正平", Role.AUDITOR, "稽核内控科"),
    DemoAccount("cashier", "杨梅", Role.CASHIER, "财务科"),
    DemoAccount("accountant", "许嘉欣", Role.ACCOUNTANT, "财务科"),
    DemoAccount("guide", "曹云", Role.GUIDE, "综合业务科"),
    DemoAccount("sysadmin", "彭宇", Role.SYSTEM_ADMIN, "信息中心"),
    DemoAccount("secadmin", "曾凯", Role.SECURITY_ADMIN, "信息中心"),
    DemoAccount("logadmin", "潘虹", Role.AUDIT_ADMIN, "稽核内控科"),
)


def create_demo_staff(today: dt.date) -> None:
    """Create the accounts of the city centre, one teller and reviewer per county, and the demonstration partner."""
    hashed = make_password(PASSWORD)
    centre = Agency.objects.using("owner").get(pk=CITY[0] + "01")
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        run = Run.objects.using("owner").create(kind="opening", status=RunStatus.DONE, result={"accounts": len(ACCOUNTS)})
        opening_warrant(cursor, run)
        windows = {
            number: CounterWindow.objects.using("owner").create(agency=centre, number=number, kind=kind)
            for number, kind in [*((str(n), WindowKind.GENERAL) for n in range(1, 9)), ("9", WindowKind.SPECIAL)]
        }
        for account in ACCOUNTS:
            _create(account, centre, windows.get(account.window), hashed, "*", today)
        for code, name, short in AREAS:
            agency = Agency.objects.using("owner").get(pk=code + "01")
            window = CounterWindow.objects.using("owner").create(agency=agency, number="1", kind=WindowKind.GENERAL)
            teller = DemoAccount(f"teller-{code}", f"{short}柜员", Role.TELLER, "综合业务科", (Step.ACCEPT, Step.RECHECK))
            _create(teller, agency, window, hashed, "*", today)
            reviewer = DemoAccount(f"reviewer-{code}", f"{short}审核", Role.REVIEWER, f"{name}经办股", (Step.REVIEW,))
            _create(reviewer, agency, None, hashed, code, today)
        partner, _ = Partner.objects.using("owner").get_or_create(code="demo_platform", defaults={"name": "演示接口单位"})
        operator = _create(
            DemoAccount("api-demo", "演示接口", Role.TELLER, "综合业务科", (Step.ACCEPT,)), centre, None, "!", "*", today
        )
        ApiToken.objects.using("owner").create(partner=partner, digest=sm3(API_TOKEN), user=operator, channel="online")
        for channel, name in (("online", "网上服务平台"), ("mobile", "掌上社保"), ("kiosk", "自助服务区")):
            _create(
                DemoAccount(f"channel-{channel}", name, Role.TELLER, "综合业务科", (Step.ACCEPT,)), centre, None, "!", "*", today
            )
    create_demo_logins(PASSWORD)
    create_demo_kiosk(centre)


def _create(account: DemoAccount, agency: Agency, window: CounterWindow | None, hashed: str, area: str, today: dt.date) -> User:
    user = User.objects.using("owner").create(
        username=account.username, full_name=account.full_name, role=account.role, agency=agency, section=account.section,
        managing_department="综合业务科" if account.window else "", window=window, is_trainee=account.is_trainee, password=hashed,
    )  # fmt: skip
    for step in account.steps:
        Authority.objects.using("owner").create(
            user=user, step=step, item_group="*", area_code=area,
            valid_from=dt.date(2020, 1, 1), valid_to=dt.date(today.year + 5, 12, 31),
        )  # fmt: skip
    return user
