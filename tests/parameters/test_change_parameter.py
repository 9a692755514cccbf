"""Parameters are changed by three people with one-time codes after a trial; the law reads what was signed, and nothing else; an upper office's values stay."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from tests import city, money
from tests.city import TODAY
from tests.entitlement import people
from tests.pages import page_of, signed_in, text_of
from yigui.common.cache import forget_kept
from yigui.db.presence import CodeWrong, NotSeen
from yigui.identity.proof import code_of, proof_of
from yigui.law.contribution import base_bounds
from yigui.law.parameter_kinds import parameter_kinds
from yigui.law.parameter_table import table
from yigui.law.province import BASE_TABLE, province_of
from yigui.parameters.change_parameter import _values, check, may_move, propose, refuse, sign, take_back
from yigui.parameters.errors import ParameterMoved, ParameterRefused
from yigui.parameters.inbox_sources import changes_for
from yigui.parameters.models import ParameterChange, ParameterRow, Trial, TrialLine
from yigui.parameters.trial import order_trial, try_change
from yigui.parameters.verify import parameter_faults
from yigui.staff.errors import NotAuthorised
from yigui.tasks.models import Task

BOUNDS = "contribution/base_bounds"
DAY = dt.date(2026, 12, 1)


@pytest.fixture(autouse=True)
def as_the_files_say() -> Iterator[None]:
    """Each test begins with the parameters of the files."""
    yield
    tables = ("parameters_trial_staged", "parameters_trial_line", "parameters_row")
    with connections["super"].cursor() as cursor:
        for name in tables:
            cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
            cursor.execute(f"DELETE FROM {name}")
            cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
        for name in ("parameters_change", "parameters_trial"):
            cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        cursor.execute("UPDATE parameters_change SET trial_id = NULL")
        cursor.execute("DELETE FROM parameters_trial")
        cursor.execute("DELETE FROM parameters_change")
        for name in ("parameters_change", "parameters_trial"):
            cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
    forget_kept()


def proposed(**given: Any) -> ParameterChange:
    values: dict[str, Any] = {
        "proposer": city.user("head"), "table": BOUNDS, "keys": (), "area": "510000", "valid_from": DAY, "valid_to": dt.date(2026, 12, 31),
        "columns": {"floor": "4700", "ceiling": "23500"}, "source": "川人社发〔2026〕31号", "published_on": dt.date(2026, 11, 9),
        "reason": "省里公布 2026 年上下限", "late_reason": "", "today": TODAY,
    }  # fmt: skip
    return propose(**(values | given))


def base_of_2026(value: str = "8700") -> ParameterChange:
    return proposed(
        table=BASE_TABLE,
        keys=("2026",),
        columns={"value": value},
        valid_from=dt.date(2026, 1, 1),
        late_reason="计发基数自当年一月起执行",
    )


def tried(change: ParameterChange, by: str = "head") -> Trial:
    trial = order_trial(change_id=change.pk, person=city.user(by))
    try_change(trial.pk)
    trial.refresh_from_db()
    assert not trial.error, trial.error
    return trial


@pytest.mark.parametrize("year", ["２０２４", "02024"])
def test_a_key_in_another_writing_does_not_get_past_what_an_upper_office_has_set(year: str) -> None:
    """The province has published the base of 2024: the city may not lay another row over it, however the year is typed."""
    with pytest.raises(ParameterRefused, match=r"上级|没有项目"):
        proposed(
            table=BASE_TABLE, keys=(year,), columns={"value": "9000"}, valid_from=dt.date(2024, 1, 1), valid_to=dt.date(2024, 12, 31),
            late_reason="据说要改，先行录入",
        )  # fmt: skip


def test_a_correction_without_an_end_does_not_swallow_the_years_after_it() -> None:
    given = {"valid_from": dt.date(2024, 1, 1), "late_reason": "更正 2024 年的上下限", "valid_to": None}
    with pytest.raises(ParameterRefused, match="请填写终止日期"):
        proposed(**given)


def test_a_city_that_takes_the_provinces_bases_gets_none_of_its_own_for_one_year() -> None:
    """A base of one year would part the city from the province's bases of every other year: awards of 2024 would find none."""
    with pytest.raises(ParameterRefused, match="上级"):
        proposed(
            table=BASE_TABLE, keys=("2026",), columns={"value": "8700"}, area="511100", valid_from=dt.date(2026, 1, 1), late_reason="自当年起执行",
        )  # fmt: skip


def test_a_divisor_a_base_and_a_bound_are_more_than_zero() -> None:
    for given in (
        {"columns": {"floor": "0", "ceiling": "0"}},
        {"columns": {"floor": "0", "ceiling": "23500"}},
        {
            "table": BASE_TABLE,
            "keys": ("2026",),
            "columns": {"value": "0"},
            "valid_from": dt.date(2026, 1, 1),
            "late_reason": "自当年一月起执行",
        },
    ):
        with pytest.raises(ParameterRefused, match="须大于 0"):
            proposed(**given)


def checked(change: ParameterChange) -> ParameterChange:
    if not change.trials.exclude(digest="").exists():
        tried(change)
    return check(change_id=change.pk, controller=city.user("auditor"))


def signed(change: ParameterChange, trial: Trial | None = None) -> ParameterChange:
    checked(change)
    trial = tried(change) if trial is None else trial
    return sign(change_id=change.pk, leader=city.user("director"), trial_id=trial.pk, shown=trial.digest)


def test_a_signed_row_is_read_by_the_law_without_a_restart_and_an_unsigned_one_by_nobody() -> None:
    assert base_bounds("511102", 202612).floor_fen == 458800
    change = proposed()
    trial = tried(change)
    checked(change)
    forget_kept()
    assert base_bounds("511102", 202612).floor_fen == 458800, "nobody has signed it"
    assert ParameterRow.objects.count() == 0
    signed_ = sign(change_id=change.pk, leader=city.user("director"), trial_id=trial.pk, shown=trial.digest)
    found = base_bounds("511102", 202612)
    assert (found.floor_fen, found.ceiling_fen) == (470000, 2350000)
    assert (found.is_provisional, found.rule) == (False, "川人社发〔2026〕31号（2026-12-01 起）")
    assert base_bounds("511102", 202611).floor_fen == 458800, "the month before keeps its own"
    assert (signed_.status, signed_.trial_id) == ("signed", trial.pk)
    assert [u.username for u in (signed_.proposed_by, signed_.checked_by, signed_.signed_by) if u] == [
        "head",
        "auditor",
        "director",
    ]
    assert list(parameter_faults("default")) == []


def test_another_process_sees_it_when_the_database_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from yigui.parameters import rows

    before = table(BOUNDS).at(area="511102", day=DAY)
    change = signed(proposed())
    # As it stands in a process that has not signed: it kept the rows of before, and asks again after some seconds.
    rows._kept["now"] = (rows.time.monotonic() + 1000, (None, 0, None), rows.NONE)
    assert table(BOUNDS).at(area="511102", day=DAY) == before
    rows._kept["now"] = (rows.time.monotonic() - 1, (None, 0, None), rows.NONE)
    assert table(BOUNDS).at(area="511102", day=DAY).number == change.pk
    kept = rows.signed_rows()
    rows._kept["now"] = (rows.time.monotonic() - 1, rows._kept["now"][1], kept)
    assert rows.signed_rows() is kept, "nothing was signed: the tables made from it stay"


def test_no_step_is_taken_twice_by_one_person_whatever_their_account() -> None:
    head = city.new_user("section_head", id_number="510101198001011234")
    same = city.new_user("director", id_number="510101198001011234")
    change = checked(proposed(proposer=head))
    trial = tried(change)
    assert not may_move(change, same)
    with pytest.raises(NotAuthorised):
        sign(change_id=change.pk, leader=same, trial_id=trial.pk, shown=trial.digest)
    with pytest.raises(DatabaseError, match="须为不同人员"), transaction.atomic(), connections["default"].cursor() as cursor:
        given = [proof_of(same), code_of(same), change.pk, trial.pk, trial.digest]
        cursor.execute("SELECT parameters_sign_v1(%s, %s, %s, %s, %s)", given)


def test_without_a_code_or_a_sign_in_nothing_is_examined_or_signed() -> None:
    change = proposed()
    tried(change)
    auditor = city.user("auditor")
    with pytest.raises(DatabaseError, match="动态口令"), transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("SELECT parameters_check_v1(%s, %s, %s)", [proof_of(auditor), "", change.pk])
    with pytest.raises(DatabaseError, match="登录"), transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("SELECT parameters_check_v1(%s, %s, %s)", ["nobody", "000000", change.pk])
    assert (NotSeen.code, CodeWrong.code) == ("identity.not_seen", "identity.code_wrong")


def test_nobody_examines_what_has_not_been_tried() -> None:
    change = proposed()
    url = f"/parameters/changes/{change.pk}/"
    page = page_of(signed_in("auditor").get(url))
    assert "审核前须有完成的试算" in page
    assert "审核通过" not in page
    with pytest.raises(CodeWrong, match="还没有完成的试算"):
        check(change_id=change.pk, controller=city.user("auditor"))
    order_trial(change_id=change.pk, person=city.user("head"))
    with pytest.raises(CodeWrong, match="还没有完成的试算"):
        check(change_id=change.pk, controller=city.user("auditor"))
    assert ParameterChange.objects.get(pk=change.pk).status == "proposed"
    tried(change)
    assert "审核通过" in page_of(signed_in("auditor").get(url))
    assert checked(change).status == "checked"


def test_a_wrong_code_leaves_who_typed_it_on_the_page_with_the_sentence_at_the_field() -> None:
    change = proposed()
    trial = tried(change)
    url = f"/parameters/changes/{change.pk}/"
    for username, verb, given, button in (
        ("auditor", "check", {}, "审核通过"), ("director", "sign", {"trial": str(trial.pk), "shown": trial.digest}, "已看试算，签署生效"),
    ):  # fmt: skip
        answer = signed_in(username).post(f"{url}{verb}/", given | {"one_time_code": "12a"})
        assert answer.status_code == 403
        page = text_of(answer)
        after = page.split('name="one_time_code"')[1]
        assert "动态口令" in after.split('role="alert">')[1].split("</div>")[0]
        assert button in after
        assert change.reason in page
        assert ParameterChange.objects.get(pk=change.pk).status == ("proposed" if verb == "check" else "checked")
        if verb == "check":
            checked(change)


def test_a_trial_that_has_ended_brings_its_page_anew() -> None:
    change = proposed()
    order_trial(change_id=change.pk, person=city.user("head"))
    url = f"/parameters/changes/{change.pk}/"
    waiting = signed_in("head").get(f"{url}trial/")
    assert "HX-Redirect" not in waiting.headers
    assert "every 2s" in page_of(waiting)
    tried(change)
    assert signed_in("head").get(f"{url}trial/").headers["HX-Redirect"] == url
    page = page_of(signed_in("head").get(url))
    assert "正在试算" not in page
    assert "every 2s" not in page


def test_another_trial_than_shown_and_a_stale_one_are_not_signed_upon() -> None:
    change = checked(proposed())
    trial = tried(change)
    director = city.user("director")
    with pytest.raises(CodeWrong, match="不是所看到的"):
        sign(change_id=change.pk, leader=director, trial_id=trial.pk, shown="0" * 64)
    with pytest.raises(CodeWrong, match="不是所看到的"):
        sign(change_id=change.pk, leader=director, trial_id=0, shown="")
    other = signed(proposed(table="pension/average_pension", columns={"value": "3600"}, valid_from=DAY))
    assert other.status == "signed"
    with pytest.raises(CodeWrong, match="又有参数变更签署生效"):
        sign(change_id=change.pk, leader=director, trial_id=trial.pk, shown=trial.digest)
    page = page_of(signed_in("director").get(f"/parameters/changes/{change.pk}/"))
    assert "签署前须重新试算" in page
    again = tried(change, by="director")
    assert sign(change_id=change.pk, leader=director, trial_id=again.pk, shown=again.digest).status == "signed"


def test_what_an_upper_office_has_set_is_not_changed_below() -> None:
    with pytest.raises(ParameterRefused, match="已由上级（全国）设定，文件为国办发〔2019〕13号"):
        proposed(table="contribution/rates", keys=("employee_pension", "employer"), columns={"value": "15"}, valid_to=None)
    with pytest.raises(ParameterRefused, match="已由上级（510000 地区）设定"):
        proposed(area="511100")
    head = city.new_user("section_head", agency="51111101")
    with pytest.raises(ParameterRefused, match=r"由上级.*设定，下级机构不得变更"):
        proposed(proposer=head)
    with pytest.raises(ParameterRefused, match="不由本机构管理"):
        proposed(area="310000")


def test_what_cannot_be_is_refused_in_words() -> None:
    for given, says in (
        ({"columns": {"floor": "4700", "ceiling": "viel"}}, "不是数值"), ({"columns": {"floor": "9000", "ceiling": "8000"}}, "高于上限"),
        ({"columns": {"floor": "-1", "ceiling": "8000"}}, "不能为负"), ({"columns": {"floor": "NaN", "ceiling": "8000"}}, "不是数值"),
        ({"valid_to": dt.date(2026, 11, 30)}, "早于生效日期"), ({"published_on": DAY}, "晚于今天"), ({"source": "文"}, "请写明文件名称和文号"),
        ({"reason": ""}, "请写明变更"), ({"valid_from": TODAY}, "请写明追溯生效的理由"), ({"table": "pension/none"}, "没有参数表"),
        ({"keys": ("x",)}, "请选择"), ({"columns": {"floor": "4588", "ceiling": "22938"}}, "没有变化"),
    ):  # fmt: skip
        with pytest.raises(ParameterRefused, match=says):
            proposed(**given)
    with pytest.raises(ParameterRefused, match="按年度设定"):
        proposed(table=BASE_TABLE, keys=("2026",), columns={"value": "1"})
    with pytest.raises(NotAuthorised):
        proposed(proposer=city.user("reviewer"))
    proposed()
    with pytest.raises(ParameterRefused, match="正在办理"):
        proposed()


def test_a_change_ends_by_refusal_or_by_its_proposer_and_then_stays() -> None:
    change = proposed()
    with pytest.raises(ParameterRefused, match="不同意的原因"):
        refuse(change_id=change.pk, person=city.user("auditor"), note="")
    with pytest.raises(NotAuthorised):
        refuse(change_id=change.pk, person=city.user("director"), note="还没有轮到")
    assert refuse(change_id=change.pk, person=city.user("auditor"), note="文件没有附上").status == "refused"
    with pytest.raises(ParameterMoved):
        check(change_id=change.pk, controller=city.user("auditor"))
    again = checked(proposed())
    with pytest.raises(NotAuthorised):
        take_back(change_id=again.pk, proposer=city.user("head2"))
    assert take_back(change_id=again.pk, proposer=city.user("head")).status == "taken_back"
    with pytest.raises(ParameterMoved):
        order_trial(change_id=again.pk, person=city.user("head"))
    assert list(parameter_faults("default")) == []


def test_whose_turn_it_is_finds_it_in_the_inbox() -> None:
    change = proposed()
    assert change in changes_for(city.user("auditor"))
    assert change not in changes_for(city.user("director"))
    checked(change)
    assert change in changes_for(city.user("director"))
    assert change not in changes_for(city.user("auditor"))
    assert "参数变更" in page_of(signed_in("director").get("/inbox/"))


def test_the_trial_of_a_base_is_what_the_recalculation_does() -> None:
    from yigui.entitlement.models import Award
    from yigui.payment.recalculate_run import RECALCULATE
    from yigui.runs.staged import execute, prepare

    _, benefit = people.released(since=202601)
    first = Award.objects.filter(benefit=benefit).order_by("-version")[0]
    assert (first.is_provisional, first.base_year) == (True, 2025)
    change = base_of_2026()
    trial = tried(change)
    line = TrialLine.objects.get(trial=trial, person_id=benefit.person_id)
    assert (line.kind, line.before_fen) == ("run", first.total_fen)
    assert line.after_fen > line.before_fen
    signed(change, trial)
    # What was computed before stays; it has become work.
    assert Award.objects.filter(benefit=benefit).order_by("-version")[0].pk == first.pk
    task = Task.objects.get(kind="parameter_touched", origin_id=change.pk)
    assert "由“预发重算”批次重算" in task.note
    assert not province_of("511102").base_at("511102", dt.date(2026, 3, 1), TODAY).is_provisional
    batch = prepare(RECALCULATE, area_code="511100", period=2026, user=city.user("head"))
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT benefit_id, before_fen, basic_fen + account_fen + transitional_fen + extra_fen FROM benefits_recalculation "
            "WHERE batch_id = %s AND before_fen <> basic_fen + account_fen + transitional_fen + extra_fen",
            [batch.pk],
        )
        made = {row[0]: tuple(row[1:]) for row in cursor.fetchall()}
    assert made[benefit.pk] == (line.before_fen, line.after_fen)
    assert len(made) == TrialLine.objects.filter(trial=trial, kind="run").count()
    assert sum(new - old for old, new in made.values()) == trial.after_fen - trial.before_fen
    execute(batch_id=people.decided(batch).pk)
    again = Award.objects.filter(benefit=benefit).order_by("-version")[0]
    assert again.total_fen == line.after_fen
    assert (again.inputs["base_yuan"], again.base_year) == ("8700", 2026)


def test_the_trial_of_bounds_is_what_the_levy_plan_does() -> None:
    change = proposed(columns={"floor": "6500", "ceiling": "23500"})
    trial = tried(change)
    assert trial.touched > 0
    assert set(trial.summary["kinds"]) == {"levy"}
    assert trial.looked_at > trial.touched

    def due() -> dict[tuple[int, int], int]:
        batch = money.plan(202612)
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_class WHERE relname ~ %s AND relkind = 'r'", [f"^contributions_line_{batch.pk}_[0-9]+$"]
            )
            parts = [name for (name,) in cursor.fetchall()]
            found: dict[tuple[int, int], int] = {}
            for part in parts:
                cursor.execute(f"SELECT person_id, employer_id, sum(employer_fen + person_fen) FROM {part} GROUP BY 1, 2")
                found |= {(person, employer): int(fen) for person, employer, fen in cursor.fetchall()}
        from yigui.runs.staged import void

        void(batch_id=batch.pk, user=city.user("head"), reason="试算比对用")
        return found

    before = due()
    signed(change, trial)
    after = due()
    assert before.keys() == after.keys()
    touched = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
    lines = {
        (line.person_id, line.employer_id or 0): (line.before_fen, line.after_fen) for line in TrialLine.objects.filter(trial=trial)
    }
    assert lines == touched
    assert trial.before_fen == sum(old for old, _ in touched.values())
    assert trial.after_fen == sum(new for _, new in touched.values())


def test_a_change_for_a_levied_month_alone_speaks_of_no_month_to_come_and_says_the_money_once() -> None:
    money.levied(202610)
    given = {
        "valid_from": dt.date(2026, 10, 1),
        "late_reason": "文件规定自十月起执行",
        "columns": {"floor": "6000", "ceiling": "22938"},
    }
    change = proposed(**given, valid_to=dt.date(2026, 10, 31))
    trial = tried(change)
    (row,) = trial.summary["levied"]
    assert (row["period"], row["supplement"]["people"] > 0, trial.touched > 0) == (202610, True, True)
    shown = page_of(signed_in("auditor").get(f"/parameters/changes/{change.pk}/")).split('id="trial"')[1]
    assert "变更只涉及已生成征缴计划的月份：2026-10 应缴由" in shown
    assert "2026-10 应缴（已征" in shown
    assert "元/月" not in shown
    assert "当月应缴" not in shown
    checked(change)
    sign(change_id=change.pk, leader=city.user("director"), trial_id=trial.pk, shown=trial.digest)
    task = Task.objects.get(kind="parameter_touched", origin_id=change.pk)
    assert "征缴补收" in task.note
    assert "当月应缴" not in task.note
    assert task.amount_fen is None, "supplement and credit bear their own sums"


def test_a_change_that_goes_on_after_a_levied_month_says_what_a_month_comes_to() -> None:
    money.levied(202610)
    columns = {"floor": "6000", "ceiling": "22938"}
    change = proposed(valid_from=dt.date(2026, 10, 1), late_reason="文件规定自十月起执行", columns=columns)
    trial = tried(change)
    assert trial.facts["period"] == 202611
    shown = page_of(signed_in("auditor").get(f"/parameters/changes/{change.pk}/")).split('id="trial"')[1]
    assert "元/月" in shown
    assert "当月应缴" in shown
    checked(change)
    sign(change_id=change.pk, leader=city.user("director"), trial_id=trial.pk, shown=trial.digest)
    task = Task.objects.get(kind="parameter_touched", origin_id=change.pk)
    assert "当月应缴（未生成征缴计划的月份按新参数）" in task.note
    assert task.amount_fen == abs(trial.after_fen - trial.before_fen)


def test_the_whole_way_by_pages() -> None:
    head, auditor, director = signed_in("head"), signed_in("auditor"), signed_in("director")
    assert "提出变更" in page_of(head.get(f"/parameters/table/{BOUNDS}/"))
    assert "提出变更" not in page_of(auditor.get(f"/parameters/table/{BOUNDS}/"))
    form = {
        "area": "510000", "valid_from": "2026-12-01", "valid_to": "2026-12-31", "source": "川人社发〔2026〕31号", "published_on": "2026-11-09",
        "reason": "省里公布 2026 年上下限", "column_floor": "6500", "column_ceiling": "23500",
    }  # fmt: skip
    said = head.post(f"/parameters/propose/{BOUNDS}/", form | {"column_floor": "99999"})
    assert "高于上限" in page_of(said)
    assert 'value="99999"' in page_of(said)
    answer = head.post(f"/parameters/propose/{BOUNDS}/", form)
    change = ParameterChange.objects.get(status="proposed")
    url = f"/parameters/changes/{change.pk}/"
    assert answer.headers["Location"] == url
    assert "还没有试算过" in page_of(head.get(url))
    assert head.post(f"{url}try/").status_code == 302
    trial = Trial.objects.get(change=change)
    assert "等待后台开始试算" in page_of(head.get(f"{url}trial/"))
    try_change(trial.pk)
    shown = page_of(auditor.get(url))
    trial.refresh_from_db()
    assert f"涉及 <strong>{trial.touched}</strong> 人" in shown
    assert "当月应缴" in shown
    assert auditor.post(f"{url}check/").status_code == 302
    assert "签署生效" in page_of(director.get(url))
    assert "签署生效" not in page_of(head.get(url))
    assert signed_in("head2").post(f"{url}sign/", {"trial": trial.pk, "shown": trial.digest}).status_code == 403
    done = director.post(f"{url}sign/", {"trial": trial.pk, "shown": trial.digest})
    assert done.status_code == 302, text_of(done)[-300:]
    change.refresh_from_db()
    assert change.status == "signed"
    assert f"参数变更 {change.pk} 号" in page_of(head.get("/parameters/?words=缴费基数上下限&day=2026-12-05"))
    assert "已签署" in page_of(head.get("/parameters/changes/"))
    exported = auditor.post(f"{url}export/", {"reason": "核对涉及人员名单"})
    assert exported.status_code == 302, text_of(exported)[-300:]
    assert signed_in("guide").get("/parameters/changes/").status_code == 403


@pytest.mark.parametrize(
    "cell", ["NaN", "sNaN", "Infinity", "1e5", "22,938", "2_000", "4588元", "一", "+5", ".5", "1" * 12, "0.123456789", ""]
)
def test_a_cell_that_is_no_plain_number_is_told_beside_it_and_nothing_is_lost(cell: str) -> None:
    form = {
        "area": "510000", "valid_from": "2026-12-01", "valid_to": "2026-12-31", "source": "川人社发〔2026〕31号", "published_on": "2026-11-09",
        "reason": "省里公布 2026 年上下限", "column_floor": "6500", "column_ceiling": cell,
    }  # fmt: skip
    answer = signed_in("head").post(f"/parameters/propose/{BOUNDS}/", form)
    assert answer.status_code == 200
    errors = answer.context["form"].errors
    assert set(errors) == {"column_ceiling"}
    assert errors["column_ceiling"][0] in page_of(answer).replace("&quot;", '"')
    assert 'value="6500"' in page_of(answer)
    assert not ParameterChange.objects.exists()


def test_digits_in_full_width_and_a_zero_with_a_sign_are_read_as_what_they_are() -> None:
    assert proposed(columns={"floor": "４７００", "ceiling": "23500.00"}).columns == {"floor": "4700", "ceiling": "23500.00"}
    kind = next(k for k in parameter_kinds().values() if len(k.column_names) == 1 and k.may_be_zero(k.column_names[0]))
    assert _values(kind, {kind.column_names[0]: "-0.00"}) == {kind.column_names[0]: "0.00"}


def test_a_trial_that_is_no_number_is_no_trial() -> None:
    change = checked(proposed())
    answer = signed_in("director").post(f"/parameters/changes/{change.pk}/sign/", {"trial": "²", "shown": "x"})
    assert answer.status_code < 500
    change.refresh_from_db()
    assert change.status == "checked"


def test_verify_names_a_row_that_was_not_signed_as_it_stands() -> None:
    change = signed(proposed())
    row = ParameterRow.objects.get(change=change)
    assert row.columns == {"floor": "4700", "ceiling": "23500"}
    with connections["super"].cursor() as cursor:
        cursor.execute("ALTER TABLE parameters_row DISABLE TRIGGER USER")
        cursor.execute('UPDATE parameters_row SET columns = \'{"floor": "1", "ceiling": "2"}\' WHERE id = %s', [row.pk])
    assert any("不符" in fault for fault in parameter_faults("default"))
    with connections["super"].cursor() as cursor:
        cursor.execute("UPDATE parameters_row SET columns = %s WHERE id = %s", ['{"floor": "4700", "ceiling": "23500"}', row.pk])
        cursor.execute("ALTER TABLE parameters_row ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE parameters_change DISABLE TRIGGER USER")
        cursor.execute("UPDATE parameters_change SET signed_by_id = %s WHERE id = %s", [city.user("director2").pk, change.pk])
        cursor.execute("ALTER TABLE parameters_change ENABLE TRIGGER USER")
    assert any("没有本人的动态口令确认" in fault for fault in parameter_faults("default"))
    assert Decimal(row.columns["floor"]) == 4700


def test_what_is_set_by_year_is_proposed_by_the_year_and_shown_as_carried_on() -> None:
    head = signed_in("head")
    form = page_of(head.get(f"/parameters/propose/{BASE_TABLE}/"))
    assert ('name="valid_from"' in form, "该年度已经开始时填写" in form) == (False, True)
    asked = {
        "key_year": "２０２６", "column_value": "8700", "area": "510000", "source": "川人社发〔2026〕31号", "published_on": "2026-11-09",
        "reason": "省里公布 2026 年计发基数", "late_reason": "计发基数自当年一月起执行",
    }  # fmt: skip
    assert "请写明追溯生效的理由" in page_of(head.post(f"/parameters/propose/{BASE_TABLE}/", asked | {"late_reason": ""}))
    assert head.post(f"/parameters/propose/{BASE_TABLE}/", asked).status_code == 302
    change = ParameterChange.objects.get()
    assert (change.keys, change.valid_from, change.valid_to) == ("2026", dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    page = page_of(head.get("/parameters/?words=养老金计发基数&day=2026-11-10"))
    assert ("2025 年" in page, "新数公布前沿用" in page) == (True, True)
    assert "新数公布前沿用" not in page_of(head.get("/parameters/?words=指数化所用平均工资&day=2026-11-10"))
