"""Staff of the generated city: the roles of the seed agencies, with their windows and authority."""

import datetime as dt
from dataclasses import dataclass

from django.db import connections

from yigui.common import clock
from yigui.common.digests import sm3
from yigui.common.rooms import channels
from yigui.exchange.models import ApiToken, Partner
from yigui.identity.demo import PASSWORD as PASSWORD
from yigui.identity.demo import secret_of
from yigui.identity.proof import PARAMETERS, derived_key, fresh_salt, keep_device, keep_key, keep_partner
from yigui.registry.enums import AreaLevel
from yigui.registry.models import Agency
from yigui.runs.models import Run, RunStatus
from yigui.runs.opening_warrant import opening_warrant
from yigui.staff.enums import STEPS_OF_ROLE, AreaScope, RequestStatus, Role, StaffVerb, Stage, StepKind, UserKind
from yigui.staff.locations import Desk, Location
from yigui.staff.models import Authority, PostRule, User, kept_mark
from yigui.staff.organisation import Section
from yigui.staff.records import deed
from yigui.synthetic.demo_hall import create_demo_hall
from yigui.synthetic.demo_organisation import CENTRE_SECTIONS, COUNTY_SECTIONS, places_of_centre, places_of_county, sections_of
from yigui.synthetic.demo_outside import create_demo_kiosk, create_demo_logins
from yigui.synthetic.words import AREAS, CITY

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
    desk: str = ""
    is_trainee: bool = False


ACCOUNTS = (
    DemoAccount("teller", "林晓燕", Role.TELLER, "综合业务科", (StepKind.ACCEPT, StepKind.RECHECK), "1"),
    DemoAccount("teller2", "周立群", Role.TELLER, "综合业务科", (StepKind.ACCEPT, StepKind.RECHECK), "2"),
    DemoAccount("special", "何静秋", Role.TELLER, "综合业务科", (StepKind.ACCEPT, StepKind.RECHECK), "9"),
    DemoAccount("trainee", "唐小雨", Role.TELLER, "综合业务科", (StepKind.ACCEPT, StepKind.RECHECK), "3", is_trainee=True),
    DemoAccount("reviewer", "赵文博", Role.REVIEWER, "参保征缴审核科", (StepKind.REVIEW,)),
    DemoAccount("reviewer2", "钱永安", Role.REVIEWER, "待遇审核科", (StepKind.REVIEW,)),
    DemoAccount("rechecker", "孙丽华", Role.RECHECKER, "综合业务科", (StepKind.RECHECK,)),
    DemoAccount("rechecker2", "吴海平", Role.RECHECKER, "综合业务科", (StepKind.RECHECK,)),
    DemoAccount("head", "郑国强", Role.SECTION_HEAD, "业务审核部", (StepKind.REQUEST,)),
    DemoAccount("head2", "冯秀英", Role.SECTION_HEAD, "综合业务科", (StepKind.REQUEST,)),
    DemoAccount("director", "陈志远", Role.DIRECTOR, "局领导", (StepKind.MEETING, StepKind.APPROVE)),
    DemoAccount("director2", "蒋德明", Role.DIRECTOR, "局领导", (StepKind.MEETING, StepKind.APPROVE)),
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
    hashed = kept_mark()
    centre = Agency.objects.using("owner").get(pk=CITY[0] + "01")
    begun = deed(actor=None, verb=StaffVerb.BASELINE, reason="模拟城市", using="owner")
    with begun, connections["owner"].cursor() as cursor:
        run = Run.objects.using("owner").create(kind="opening", status=RunStatus.DONE, result={"accounts": len(ACCOUNTS)})
        opening_warrant(cursor, run)
        desks, self_service = places_of_centre(centre)
        hall = desks["1"].location
        sections = sections_of(centre, CENTRE_SECTIONS)
        people = {a.username: _create(a, sections, desks.get(a.desk), hall, hashed, "*", today) for a in ACCOUNTS}
        for name, _, _, _, head in CENTRE_SECTIONS:
            if head:
                sections[name].head = people[head]
                sections[name].save(using="owner")
        for code, name, short in AREAS:
            agency = Agency.objects.using("owner").get(pk=code + "01")
            desk = places_of_county(agency, name)
            own = sections_of(agency, COUNTY_SECTIONS)
            teller = DemoAccount(
                f"teller-{code}", f"{short}柜员", Role.TELLER, "综合业务股", (StepKind.ACCEPT, StepKind.RECHECK), "1"
            )
            _create(teller, own, desk, desk.location, hashed, "*", today)
            reviewer = DemoAccount(f"reviewer-{code}", f"{short}审核", Role.REVIEWER, "业务审核股", (StepKind.REVIEW,))
            _create(reviewer, own, None, desk.location, hashed, code, today)
            # On the floor of the county's hall, for whoever comes there: a step on site is done by the right for the hall's own area.
            for account in (
                DemoAccount(f"hall-reviewer-{code}", f"{short}现场审核", Role.REVIEWER, "业务审核股", (StepKind.REVIEW,)),
                DemoAccount(f"hall-rechecker-{code}", f"{short}现场复核", Role.RECHECKER, "综合业务股", (StepKind.RECHECK,)),
            ):
                _create(account, own, None, desk.location, hashed, code, today)
        _post_rules(people)
        partner, _ = Partner.objects.using("owner").get_or_create(code="demo_platform", defaults={"name": "演示接口单位"})
        operator = _create(
            DemoAccount("api-demo", "演示接口", Role.TELLER, "综合业务科", (StepKind.ACCEPT,)),
            sections,
            None,
            None,
            "!",
            "*",
            today,
            UserKind.PROGRAM,
        )
        ApiToken.objects.using("owner").create(partner=partner, digest=sm3(API_TOKEN), user=operator, channel="online")
        for channel, name in channels().items():
            _create(
                DemoAccount(f"channel-{channel}", name, Role.TELLER, "综合业务科", (StepKind.ACCEPT,)),
                sections,
                None,
                None,
                "!",
                "*",
                today,
                UserKind.DOOR,
            )
    _keep_secrets()
    create_demo_logins(PASSWORD)
    create_demo_kiosk(centre, self_service)
    create_demo_hall(desks)


def _post_rules(people: dict[str, User]) -> None:
    """The template of authority of every post that holds steps, at both levels of agency."""
    now = clock.now()
    for post, steps in STEPS_OF_ROLE.items():
        lines = [{"step": step, "item_groups": ["*"], "amount_fen_max": None} for step in steps]
        for level, scope in (
            (AreaLevel.CITY, AreaScope.ALL),
            (AreaLevel.COUNTY, AreaScope.ALL if post == Role.TELLER else AreaScope.OWN),
        ):
            PostRule.objects.using("owner").create(
                post=post, level=level, area_scope=scope, lines=lines, reason="岗位设置方案", status=RequestStatus.GRANTED,
                applied_by=people["head"], checked_by=people["auditor"], checked_at=now, approved_by=people["director"], approved_at=now,
                granted_by=people["secadmin"], granted_at=now,
            )  # fmt: skip


def _keep_secrets() -> None:
    """What the database itself knows its people by: one derived key for all, a device each, the partner's key."""
    salt = fresh_salt()
    key = derived_key(PASSWORD, salt, PARAMETERS)
    for user in User.objects.using("owner").filter(kind=UserKind.PERSON):
        keep_key(f"staff:{user.pk}", salt, PARAMETERS, key)
        keep_device(user.pk, secret_of(user.username), is_demo=True)
    keep_partner(User.objects.using("owner").get(username="api-demo").pk, API_TOKEN)


def _create(
    account: DemoAccount,
    sections: dict[str, Section],
    desk: Desk | None,
    hall: Location | None,
    hashed: str,
    area: str,
    today: dt.date,
    kind: str = UserKind.PERSON,
) -> User:
    section = sections[account.section]
    floor = next(s for s in sections.values() if Stage.ACCEPT in s.stages)
    user = User.objects.using("owner").create(
        username=account.username, full_name=account.full_name, role=account.role, agency=section.agency, section=section,
        managing_department=floor if desk else section, desk=desk, location=hall, is_trainee=account.is_trainee, password=hashed, kind=kind,
    )  # fmt: skip
    for step in account.steps:
        Authority.objects.using("owner").create(
            user=user, step=step, item_group="*", area_code=area,
            valid_from=dt.date(2020, 1, 1), valid_to=dt.date(today.year + 5, 12, 31),
        )  # fmt: skip
    return user
