"""The catalogue: whole, strict, and held against the code of the items."""

import datetime as dt
import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests import city
from yigui import items
from yigui.casework.accept_case import accept_case
from yigui.casework.errors import ItemNotOpen
from yigui.casework.handlers import is_open, open_codes
from yigui.catalogue.declarations import DECLARATIONS, catalogue, declared, load_catalogue
from yigui.catalogue.forms import form_class, schema_of
from yigui.catalogue.intake import intake_of, lead_days
from yigui.catalogue.load import VersionChanged, load_item_versions
from yigui.catalogue.models import ItemVersion
from yigui.common import clock
from yigui.common.yaml_files import YamlError
from yigui.items.common.checks import COMMON_CHECKS, known_checks

TODAY = dt.date(2026, 11, 10)
ITEMS = declared().items(TODAY)


def test_there_are_125_items_25_general_and_100_complex() -> None:
    assert len(ITEMS) == 125
    assert Counter(i.kind for i in ITEMS) == {"general": 25, "complex": 100}
    assert Counter(i.zone for i in ITEMS) == {"levy": 33, "medical": 46, "pension": 27, "none": 19}


def test_classes_stay_within_the_shares_of_the_sources() -> None:
    share = sum(i.monthly_share for i in ITEMS if i.risk_class == 1)
    assert 0.15 <= share <= 0.20
    assert abs(sum(i.monthly_share for i in ITEMS) - 1) < 0.001


def test_the_items_of_the_house_are_open_and_the_others_say_not_yet() -> None:
    written = {i.code for i in ITEMS if (Path(items.__file__).parent / i.group / f"{i.slug}.py").exists()}
    assert open_codes() == written
    assert "REG-006" in written
    with pytest.raises(ItemNotOpen, match="暂未开通办理"):
        accept_case(city.application("MED-007", {}))
    with pytest.raises(ItemNotOpen, match="没有 XXX-999"):
        accept_case(city.application("XXX-999", {}))


def test_every_check_of_an_open_item_has_its_function() -> None:
    named = {c.id for i in ITEMS if is_open(i.code) for c in i.checks} | set(COMMON_CHECKS)
    assert named <= known_checks()


def test_every_function_is_named_by_the_catalogue_or_common() -> None:
    named = {c.id for i in ITEMS for c in i.checks} | set(COMMON_CHECKS) | set(catalogue().common_checks)
    assert known_checks() <= named


@pytest.mark.parametrize("item", ITEMS, ids=lambda i: i.code)
def test_every_item_makes_a_form_and_a_schema(item) -> None:  # type: ignore[no-untyped-def]
    form = form_class(item, TODAY)()
    assert list(form.fields) == [f.name for f in item.input_fields]
    assert set(schema_of(item, TODAY)["required"]) <= set(form.fields)
    assert form.as_p()


def test_the_database_holds_every_version_and_refuses_one_edited_in_place() -> None:
    assert ItemVersion.objects.values("code").distinct().count() == 125
    assert ItemVersion.objects.count() == sum(len(versions) for versions in declared().versions.values())
    assert load_item_versions() == 0
    row = ItemVersion.objects.using("owner").get(code="OUT-003")
    true_digest = row.digest
    ItemVersion.objects.using("owner").filter(pk=row.pk).update(digest="0" * 64)
    try:
        with pytest.raises(VersionChanged, match="OUT-003"):
            load_item_versions()
    finally:
        ItemVersion.objects.using("owner").filter(pk=row.pk).update(digest=true_digest)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "declarations"
    shutil.copytree(DECLARATIONS, target)
    return target


def spoil(folder: Path, old: str, new: str) -> tuple[Path, int]:
    """Change one line of the account items; gives the file and the line number."""
    path = folder / "items" / "account" / "2025-01-01.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return path, text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  zone: pension", "  zon: pension", "未知的键 'zon'"),
        ("  zone: pension", "  zone: pension\n  zone: levy", "重复的键 'zone'"),
        ("  zone: pension", "  zone: moon", "zone 的值 'moon' 未声明"),
        ("- code: ACC-001", "- code: ACC-002", "事项 ACC-002"),
        ("  weight:", "  weigth:", "未知的键 'weigth'"),
    ],
)
def test_wrong_declarations_are_refused_with_file_and_line(folder: Path, old: str, new: str, words: str) -> None:
    spoil(folder, old, new)
    with pytest.raises(YamlError, match=r"^2025-01-01\.yaml:\d+: ") as error:
        load_catalogue(folder)
    assert words in str(error.value)


def test_the_line_named_is_the_line_changed(folder: Path) -> None:
    _, line = spoil(folder, "  zone: pension", "  zone: moon")
    with pytest.raises(YamlError) as error:
        load_catalogue(folder)
    assert f":{line}: " in str(error.value)


def test_a_later_file_holds_from_its_day_and_old_cases_keep_theirs(folder: Path) -> None:
    old = (folder / "items" / "account" / "2025-01-01.yaml").read_text()
    first = old[: old.index("\n- code: ACC-002")].replace("个人账户记录更正", "个人账户记录更正（新）")
    (folder / "items" / "account" / "2027-01-01.yaml").write_text(first)
    loaded = load_catalogue(folder)
    assert "（新）" not in loaded.item("ACC-001", dt.date(2026, 12, 31)).name
    assert "（新）" in loaded.item("ACC-001", dt.date(2027, 1, 1)).name
    assert "（新）" not in loaded.version("ACC-001", dt.date(2025, 1, 1)).name
    assert loaded.item("ACC-002", dt.date(2027, 6, 1)).valid_from == dt.date(2025, 1, 1)


def every_day(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def test_the_change_windows_on_every_day_of_two_years() -> None:
    item = catalogue().item("REG-004", TODAY)
    for day in every_day(dt.date(2026, 1, 1), dt.date(2027, 12, 31)):
        counter, online = intake_of(item, "counter", day), intake_of(item, "online", day)
        current = day.year * 100 + day.month
        following = (day.year + day.month // 12) * 100 + day.month % 12 + 1
        assert counter.is_open == (day.day <= 15), day
        assert counter.period == current
        assert online.is_open
        assert (online.period, online.is_shifted) == ((following, True) if day.day >= 16 else (current, False)), day


def test_seasons_and_lock_days_on_every_day_of_two_years() -> None:
    bases, residents, account = (catalogue().item(code, TODAY) for code in ("LVY-001", "REG-010", "PEN-008"))
    for day in every_day(dt.date(2026, 1, 1), dt.date(2027, 12, 31)):
        for channel in ("counter", "online"):
            assert intake_of(bases, channel, day).is_open == (day.month in (4, 5, 6)), day
        assert intake_of(residents, "mobile", day).is_open == (day.month >= 9), day
        locked = intake_of(account, "mobile", day)
        following = (day.year + day.month // 12) * 100 + day.month % 12 + 1
        assert locked.is_open
        assert (locked.is_shifted, locked.period == following) == ((True, True) if 17 <= day.day <= 19 else (False, False)), day


def test_the_clock_turns_at_midnight_of_the_16th_in_chinese_time(monkeypatch: pytest.MonkeyPatch) -> None:
    item = catalogue().item("REG-004", TODAY)
    monkeypatch.delenv("YIGUI_TODAY")
    for instant, period in (("2026-11-15T15:59:59+00:00", 202611), ("2026-11-15T16:00:00+00:00", 202612)):
        at = dt.datetime.fromisoformat(instant)

        class Clock(dt.datetime):
            @classmethod
            def now(cls, tz: dt.tzinfo | None = None, at: dt.datetime = at) -> "Clock":
                return cls.fromtimestamp(at.timestamp(), tz)

        monkeypatch.setattr(clock.dt, "datetime", Clock)
        answer = intake_of(item, "online", clock.today())
        monkeypatch.undo()
        monkeypatch.delenv("YIGUI_TODAY")
        assert answer.period == period, instant


def test_items_without_windows_are_taken_every_day() -> None:
    item = catalogue().item("CHG-003", TODAY)
    assert all(intake_of(item, "counter", day).is_open for day in every_day(dt.date(2026, 1, 1), dt.date(2026, 12, 31)))
    assert lead_days(item, TODAY) == 0
    assert lead_days(catalogue().item("REG-004", TODAY), TODAY) == 1
