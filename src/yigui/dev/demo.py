"""The demonstration: a generated city with its staff, sealed, in proportions of the sources."""

import time
from collections.abc import Callable
from typing import Any

from yigui.common import clock
from yigui.integrity.seal import seal_day
from yigui.registry.models import Person
from yigui.staff.enums import Role
from yigui.staff.models import User
from yigui.synthetic.demo_hall import come_in
from yigui.synthetic.demo_staff import ACCOUNTS, API_TOKEN, PASSWORD, create_demo_staff
from yigui.synthetic.generate_city import CitySize, generate_city


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
    print(f"单位网上服务：{address}/unit/    掌上社保：{address}/m/    自助终端：{address}/kiosk/    办事引导：{address}/guide/")
    print(
        f"大厅：{address}/hall/activate/（激活码见该页），叫号 {address}/hall/desk/（teller），导办台 {address}/hall/guide/（guide）"
    )
    print(f"接口演示凭证：{API_TOKEN}（/api/openapi.json）")
