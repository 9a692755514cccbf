"""A list of 5,000 enrolments brought to the counter: read, every row examined as an application, the list kept. Seconds."""

import argparse
import datetime as dt
import time

from bench import TODAY, database, line, make_city

#: Limit the judging of the whole list is held to.
SECONDS_MAX = 5.0
_FAMILY, _GIVEN = "赵钱孙李周吴郑王冯陈", "安平康乐文武明远书琴山川江海春秋"


def people(count: int) -> list[tuple[str, str, str]]:
    """Number, name and sex of people nobody has registered yet."""
    from yigui.common.identifiers import citizen_check_character

    found = []
    for k in range(count):
        body = f"330106{1975 + k % 25}{1 + k % 12:02d}{1 + k % 28:02d}{(k // 25) % 1000:03d}"
        name = _FAMILY[k % 10] + _GIVEN[k // 10 % 16] + _GIVEN[k // 160 % 16]
        found.append((body + citizen_check_character(body), name, "男" if int(body[-1]) % 2 else "女"))
    assert len({number for number, _, _ in found}) == count
    return found


def measure(rows: int) -> None:
    """Registrations taken in as the employment service sends them, then the list."""
    from django.db import connections

    from yigui.applying.door import Door
    from yigui.applying.list_tables import columns_of
    from yigui.applying.lists import read_list
    from yigui.catalogue.declarations import catalogue
    from yigui.common.tables import Sheet, workbook
    from yigui.counter.drafts import NAMES
    from yigui.exchange.import_records import import_records
    from yigui.exchange.import_registrations import RECORD_FILES
    from yigui.exchange.models import Partner
    from yigui.identity.at_terminal import sign_in_named
    from yigui.registry.models import Employer
    from yigui.staff.models import User

    make_city(20_000)
    today = dt.date.fromisoformat(TODAY)
    employer = Employer.objects.filter(status="active", area_id="511102").order_by("pk")[0]
    staff = people(rows)
    day = (today - dt.timedelta(days=5)).isoformat()
    lines = ["AAC002,AAC003,AAB998,ACC031", *(f"{number},{name},{employer.credit_code},{day}" for number, name, _ in staff)]
    partner, _ = Partner.objects.using("owner").get_or_create(code="employment_service", defaults={"name": "公共就业服务中心"})
    taken = import_records(
        RECORD_FILES["employment_registration"], content="\n".join(lines).encode(), file_name="备案.csv",
        partner=Partner.objects.get(pk=partner.pk), user=sign_in_named("head"), today=today,
    )  # fmt: skip
    assert not taken.rejected, taken.rejected[:3]
    item = catalogue().item("REG-004", today)
    fields = columns_of(item)
    filled = {"household_type": "本地城镇", "mobile": "13812345678", "declared_wage": "5200.00", "enrol_date": TODAY}
    table = [
        [{"id_number": number, "person_name": name, "gender": sex, **filled}.get(field.name, "") for field in fields]
        for number, name, sex in staff
    ]
    content = workbook(Sheet("名单", [field.label for field in fields], rows=table, widths=[22] * len(fields), is_form=True))
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE exchange_employment_registration")
    door = Door(
        channel="counter", names=NAMES, operator=User.objects.select_related("agency", "desk__location").get(username="teller")
    )
    started = time.perf_counter()
    kept = read_list(door, item=item, employer=employer, content=content, file_name="名单.xlsx", today=today)
    seconds = time.perf_counter() - started
    good = sum(row["state"] == "good" for row in kept.rows)
    assert good == rows, next(row for row in kept.rows if row["state"] != "good")
    line(
        f"a list of {rows:,} enrolments read and judged row by row", f"{seconds:.1f} s ({1000 * seconds / rows:.1f} ms a row)",
        f"{SECONDS_MAX:g} s", seconds < SECONDS_MAX,
    )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000)
    chosen = parser.parse_args()
    with database():
        measure(chosen.rows)
