"""The demonstration: a generated city with its staff, sealed, in proportions of the sources."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef

from yigui.common import clock
from yigui.integrity.seal import seal_day
from yigui.registry.enums import LifeStatus
from yigui.registry.models import Employment, Person
from yigui.staff.enums import Role
from yigui.staff.models import User
from yigui.synthetic.demo_hall import come_in
from yigui.synthetic.demo_staff import ACCOUNTS, API_TOKEN, PASSWORD, create_demo_staff
from yigui.synthetic.generate_city import CitySize, generate_city

#: Whom to sign in as for which journey.
JOURNEYS = (
    "即办业务（无风险，如 REG-006 职工停保）：teller 一人办结。",
    "低风险业务（如 REG-001 单位参保登记）：teller 受理，reviewer 审核，rechecker 复核。",
    "高风险业务（如 CHG-004 个人关键信息变更）：special 受理，reviewer 审核，rechecker 复核，head 请示，director 上会并审批。",
    "收入和支出（征缴计划、到账、发放）：accountant、cashier 和 director。",
    "系统维护（账号、备份、后台任务）：sysadmin；权限：secadmin；审计：logadmin、auditor。",
)


def somebody_to_stop() -> Employment | None:
    """Somebody at work for one employer alone whose insurances can be stopped, to try REG-006 with; None where everybody has been."""
    known = Employment.objects.using("owner").filter(end_period=None)
    elsewhere = Exists(known.filter(person=OuterRef("person")).exclude(pk=OuterRef("pk")))
    at_work = known.filter(~elsewhere, person__life_status=LifeStatus.ALIVE)
    return at_work.select_related("person", "employer").order_by("id").first()


def city_size(persons: int) -> CitySize:
    """A city in the proportions of the sources: one employer to 20 insured, 27.5 pensioners to 100."""
    return CitySize(
        insured=persons, pensioners=persons * 11 // 40, employers=max(11, persons // 20), seekers=max(200, persons // 40)
    )


def found_city(size: CitySize, *, seed: int = 1, on_step: Callable[[str], Any] | None = None) -> None:
    """Generate a city into an empty database, with its staff, and seal what stands."""
    generate_city(size, clock.today(), seed=seed, on_step=on_step)
    create_demo_staff(clock.today())
    seal_day()


def found_city_where_none_is(persons: int) -> None:
    """The city of a first start; says what it does and how long it took. A start that was cut off after the people goes on with the staff."""
    if not Person.objects.using("owner").exists():
        size = city_size(persons)
        print(f"正在生成模拟城市：参保 {size.insured} 人、退休 {size.pensioners} 人、单位 {size.employers} 户…", flush=True)
        started = time.monotonic()
        found_city(size)
        print(f"模拟城市已生成，用时 {time.monotonic() - started:.1f} 秒。", flush=True)
    elif not User.objects.using("owner").exists():
        create_demo_staff(clock.today())
        seal_day()
    come_in(clock.today())


def announce_accounts(address: str) -> None:
    """Print the demonstration's accounts and addresses."""
    print(f"演示账号（密码均为 {PASSWORD}）：")
    for account in ACCOUNTS:
        desk = f"，{account.desk} 号窗口" if account.desk else ""
        trainee = "（见习）" if account.is_trainee else ""
        print(f"  {account.username:<12}{account.full_name}  {Role(account.role).label}{trainee}{desk}")
    print("从哪里试起（步骤见 docs/first-steps.zh-CN.md）：")
    for journey in JOURNEYS:
        print(f"  {journey}")
    leaving = somebody_to_stop()
    if leaving is not None:
        print(f"可以试办停保的职工：{leaving.person.name}，社会保障号码 {leaving.person.id_number}（{leaving.employer.name}）")
    print(f"单位网上服务：{address}/unit/    掌上社保：{address}/m/    自助终端：{address}/kiosk/    办事引导：{address}/guide/")
    print(
        f"大厅：{address}/hall/activate/（激活码见该页），叫号 {address}/hall/desk/（teller），导办台 {address}/hall/guide/（guide）"
    )
    print(f"演示不发短信：验证码逐条写在 {settings.DATA / 'texts.jsonl'}（掌上社保登录时用）")
    print(f"接口演示凭证：{API_TOKEN}（/api/openapi.json）")
