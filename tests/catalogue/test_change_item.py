"""The route of an item is data: a signed change holds for new cases, never below the minimum of the class."""

import datetime as dt
import html
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client

from tests import city
from tests.conftest import TODAY
from tests.pages import page_of
from yigui.casework.accept_case import accept_case
from yigui.casework.models import Case, Step
from yigui.casework.routes import route_of
from yigui.catalogue import declarations
from yigui.catalogue.change_item import (
    apply_for_change,
    approve_change,
    check_change,
    drop_change,
    effect_change,
    may_move,
    refuse_change,
    take_back_change,
)  # fmt: skip
from yigui.catalogue.declarations import DECLARATIONS, catalogue, declared, load_catalogue
from yigui.catalogue.errors import ChangeMoved, ChangeRefused
from yigui.catalogue.forms import schema_of
from yigui.catalogue.load import load_item_versions
from yigui.catalogue.models import ItemChange, ItemVersion
from yigui.catalogue.routes import MINIMUM, Record, steps_for, wrong_with
from yigui.catalogue.verify import catalogue_faults
from yigui.common.cache import forget_kept
from yigui.common.yaml_files import YamlError
from yigui.db.presence import act_as
from yigui.identity.proof import code_of, proof_of
from yigui.staff.errors import NotAuthorised
from yigui.warrants.models import Warrant

TOMORROW = TODAY + dt.timedelta(days=1)
ONE = ("accept", "review", "recheck", "request", "meeting", "approve", "finish")


@pytest.fixture(autouse=True)
def as_the_files_say() -> Iterator[None]:
    """Each test begins with the catalogue of the files."""
    yield
    with transaction.atomic(using="owner"):
        known = {(item.code, item.valid_from) for versions in declared().versions.values() for item in versions}
        added = [v.pk for v in ItemVersion.objects.using("owner").all() if (v.code, v.valid_from) not in known]
        ItemVersion.objects.using("owner").filter(pk__in=added).delete()
        ItemChange.objects.using("owner").all().delete()
    forget_kept()


def record(code: str, **changed: object) -> Record:
    known = declared().item(code, TODAY).record
    return Record(**({"risk_class": known.risk_class, "route": known.route, "review_site": known.review_site, "finish_site": known.finish_site} | changed))  # type: ignore[arg-type]  # fmt: skip


def applied(
    code: str, wanted: Record, *, by: str = "head", day: dt.date = TOMORROW, reason: str = "风险评估结果调整"
) -> ItemChange:
    return apply_for_change(applicant=city.user(by), code=code, record=wanted, valid_from=day, reason=reason, today=TODAY)


def approved(change: ItemChange, leader: str = "director") -> ItemChange:
    check_change(change_id=change.pk, controller=city.user("auditor"))
    return approve_change(change_id=change.pk, leader=city.user(leader))


def signed(code: str, wanted: Record, *, day: dt.date = TOMORROW) -> ItemChange:
    change = approved(applied(code, wanted, day=day))
    return effect_change(change_id=change.pk, administrator=city.user("secadmin"), today=TODAY)


def accept_unit(today: dt.date) -> Case:
    form = city.unit_form(next(city._units), unit_enrol_date=today.isoformat())
    return accept_case(city.application("REG-001", form, materials=city.UNIT_MATERIALS, today=today))


def faults(using: str = "default") -> list[str]:
    """What `verify` says of the catalogue, but for warrants of earlier tests, whose changes have been taken away."""
    known = {w.pk for w in Warrant.objects.filter(kind="item").exclude(subject_id__in=ItemChange.objects.values("pk"))}
    return [fault for fault in catalogue_faults(using) if not any(f"warrants_warrant id={pk}：" in fault for pk in known)]


def codes(case: Case) -> list[str]:
    return list(Step.objects.filter(case=case, round=case.round).order_by("seq").values_list("code", flat=True))


def rewritten(case: Case, *steps: tuple[str, str, str]) -> None:
    """Past the guards: each step of a code becomes another one, passed by somebody; the case stands approved."""
    statement = (
        "UPDATE casework_step SET code = %s, state = 'passed', decided_by_id = %s, decided_on = accepted_on, decided_at = now() "
        "FROM casework_case WHERE casework_case.id = case_id AND case_id = %s AND code = %s"
    )
    with connections["super"].cursor() as cursor:
        cursor.execute("ALTER TABLE casework_step DISABLE TRIGGER USER")
        for old, new, name in steps:
            cursor.execute(statement, [new, city.user(name).pk, case.pk, old])
        cursor.execute("ALTER TABLE casework_step ENABLE TRIGGER USER")
    city.past_the_guards(case, status="approved")


def test_a_change_of_class_needs_four_people_and_changes_the_route_of_new_cases_only() -> None:
    old = accept_unit(TODAY)
    change = signed("REG-001", record("REG-001", risk_class=1, route=ONE, review_site="back_office"))
    assert codes(old) == ["accept", "review", "recheck"]
    assert codes(accept_unit(TODAY)) == ["accept", "review", "recheck"]
    new = accept_unit(TOMORROW)
    assert (new.risk_class, new.item_version, codes(new)) == (1, TOMORROW, [*ONE[:-1]])
    assert set(Step.objects.filter(case=new).exclude(seq=1).values_list("site", flat=True)) == {"back_office"}
    city.decide(old, "reviewer")
    assert city.decide(old, "rechecker").status == "finished"
    version = ItemVersion.objects.get(code="REG-001", valid_from=TOMORROW)
    assert (version.source, version.reason, version.change) == ("change", change.reason, change)
    warrant = Warrant.objects.get(kind="item", subject_id=change.pk)
    assert [s.step for s in warrant.signatures.order_by("seq")] == ["apply", "check", "approve", "effect"]
    assert faults() == []


def test_a_request_added_to_class_2_is_laid_out_and_asked_for_by_the_database() -> None:
    signed("REG-001", record("REG-001", route=("accept", "review", "recheck", "request", "finish")))
    case = accept_unit(TOMORROW)
    assert codes(case) == ["accept", "review", "recheck", "request"]
    for name in ("reviewer", "rechecker"):
        city.decide(case, name, today=TOMORROW)
    # As if the application had left the step out: the stored function reads the route of the version.
    rewritten(case, ("request", "recheck", "head"))
    with pytest.raises(DatabaseError, match="环节未走完（请示）"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT casework_issue_warrant_v1(%s)", [case.pk])


def test_steps_out_of_their_order_get_no_warrant() -> None:
    case = accept_unit(TODAY)
    rewritten(case, ("recheck", "x", "rechecker"), ("review", "recheck", "reviewer"), ("x", "review", "rechecker"))
    with pytest.raises(DatabaseError, match="环节次序与事项目录"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT casework_issue_warrant_v1(%s)", [case.pk])


def test_a_recheck_added_to_class_3_can_be_taken_away_again() -> None:
    signed("CHG-003", record("CHG-003", route=("accept", "recheck", "finish"), review_site="on_site"))
    form = city.basic_change_form(city.next_person())
    case = accept_case(city.application("CHG-003", form, materials=["id_card"], today=TOMORROW))
    assert (case.status, codes(case)) == ("open", ["accept", "recheck"])
    signed("CHG-003", declared().item("CHG-003", TODAY).record, day=TOMORROW + dt.timedelta(days=1))
    day = TOMORROW + dt.timedelta(days=1)
    form = city.basic_change_form(city.next_person())
    again = accept_case(city.application("CHG-003", form, materials=["id_card"], today=day))
    assert (again.status, codes(again)) == ("finished", ["accept"])
    assert city.decide(case, "rechecker", today=TOMORROW).status == "finished"


@pytest.mark.parametrize(
    ("code", "changed", "words"),
    [
        ("REG-001", {"route": ("accept", "review", "finish")}, "缺：复核"),
        ("REG-001", {"risk_class": 1}, "缺：请示、上会、审批"),
        ("REG-001", {"route": ("accept", "recheck", "review", "finish")}, "次序"),
        ("REG-001", {"review_site": "none"}, "审核地点"),
        ("CHG-003", {"review_site": "on_site"}, "审核地点"),
        ("CHG-004", {"review_site": "on_site"}, "须在后台审核"),
        ("PEN-006", {"finish_site": "front_desk"}, "复杂业务由前台受理、后台办结"),
        ("CHG-003", {}, "没有变化"),
    ],
)
def test_a_record_below_the_minimum_of_its_class_or_without_sense_is_refused(
    code: str, changed: dict[str, object], words: str
) -> None:
    with pytest.raises(ChangeRefused, match=words):
        applied(code, record(code, **changed))


def test_a_change_needs_a_reason_a_later_day_and_no_other_under_way() -> None:
    wanted = record("REG-001", route=("accept", "review", "recheck", "request", "finish"))
    with pytest.raises(ChangeRefused, match="理由"):
        applied("REG-001", wanted, reason="  ")
    with pytest.raises(ChangeRefused, match="晚于今天"):
        applied("REG-001", wanted, day=TODAY)
    with pytest.raises(ChangeRefused, match="没有 XXX-001"):
        applied("XXX-001", wanted)
    applied("REG-001", wanted)
    with pytest.raises(ChangeRefused, match="正在办理"):
        applied("REG-001", wanted)


def test_people_of_the_chain_must_differ_and_have_the_post() -> None:
    wanted = record("REG-001", route=("accept", "review", "recheck", "request", "finish"))
    with pytest.raises(NotAuthorised):
        applied("REG-001", wanted, by="teller")
    change = applied("REG-001", wanted, by="director")
    for controller in ("director2", "head", "secadmin"):
        with pytest.raises(NotAuthorised):
            check_change(change_id=change.pk, controller=city.user(controller))
    with pytest.raises(ChangeMoved):
        approve_change(change_id=change.pk, leader=city.user("director2"))
    check_change(change_id=change.pk, controller=city.user("auditor"))
    for leader in ("director", "head", "secadmin"):
        with pytest.raises(NotAuthorised):
            approve_change(change_id=change.pk, leader=city.user(leader))
    with pytest.raises(ChangeMoved):
        effect_change(change_id=change.pk, administrator=city.user("secadmin"), today=TODAY)
    approve_change(change_id=change.pk, leader=city.user("director2"))
    with pytest.raises(NotAuthorised):
        effect_change(change_id=change.pk, administrator=city.user("sysadmin"), today=TODAY)
    with pytest.raises(ChangeRefused, match="未到"):
        drop_change(change_id=change.pk, administrator=city.user("secadmin"), today=TODAY)
    with pytest.raises(ChangeRefused, match="已到"):
        effect_change(change_id=change.pk, administrator=city.user("secadmin"), today=TOMORROW)
    assert drop_change(change_id=change.pk, administrator=city.user("secadmin"), today=TOMORROW).status == "refused"
    assert catalogue().item("REG-001", TOMORROW).record == declared().item("REG-001", TODAY).record


def test_a_county_changes_nothing_for_the_whole_house() -> None:
    """The catalogue holds in every county: nobody of one applies, examines, approves or carries in."""
    county = "51111101"
    wanted = record("REG-001", route=("accept", "review", "recheck", "request", "finish"))
    head = city.new_user("section_head", agency=county)
    with pytest.raises(NotAuthorised, match="市级"):
        apply_for_change(applicant=head, code="REG-001", record=wanted, valid_from=TOMORROW, reason="风险评估结果调整", today=TODAY)
    with pytest.raises(DatabaseError, match="市级"), transaction.atomic():
        act_as(head)
        ItemChange.objects.create(
            code="REG-001", valid_from=TOMORROW, before={}, reason="风险评估结果调整", applied_by=head, **wanted.as_dict()
        )
    change = applied("REG-001", wanted)
    for role, do in (
        ("auditor", lambda user: check_change(change_id=change.pk, controller=user)),
        ("director", lambda user: approve_change(change_id=change.pk, leader=user)),
        ("security_admin", lambda user: effect_change(change_id=change.pk, administrator=user, today=TODAY)),
    ):
        stranger = city.new_user(role, agency=county)
        change.refresh_from_db()
        assert not may_move(change, stranger)
        with pytest.raises(NotAuthorised, match="市级"):
            do(stranger)
        do(city.user({"auditor": "auditor", "director": "director", "security_admin": "secadmin"}[role]))
    assert ItemChange.objects.get(pk=change.pk).status == "effected"


def test_a_change_is_refused_with_a_reason_or_taken_back_before_it_is_examined() -> None:
    wanted = record("REG-001", route=("accept", "review", "recheck", "request", "finish"))
    change = applied("REG-001", wanted)
    with pytest.raises(NotAuthorised, match="本人"):
        take_back_change(change_id=change.pk, applicant=city.user("director"))
    assert take_back_change(change_id=change.pk, applicant=city.user("head")).status == "taken_back"
    change = applied("REG-001", wanted)
    with pytest.raises(NotAuthorised):
        refuse_change(change_id=change.pk, person=city.user("director"), note="没有必要")
    check_change(change_id=change.pk, controller=city.user("auditor"))
    with pytest.raises(ChangeMoved):
        take_back_change(change_id=change.pk, applicant=city.user("head"))
    with pytest.raises(ChangeRefused, match="原因"):
        refuse_change(change_id=change.pk, person=city.user("director"), note=" ")
    with pytest.raises(DatabaseError, match="未写明原因"), transaction.atomic():
        director = city.user("director")
        act_as(director)
        ItemChange.objects.filter(pk=change.pk).update(status="refused", refused_by=director)
    refused = refuse_change(change_id=change.pk, person=city.user("director"), note="没有必要增加环节")
    assert (refused.status, refused.refused_by, refused.note) == ("refused", city.user("director"), "没有必要增加环节")
    with pytest.raises(ChangeMoved):
        approve_change(change_id=change.pk, leader=city.user("director"))


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        ("approved_by_id = applied_by_id", "不同人员"),
        ("checked_by_id = approved_by_id", "不同人员"),
        ("checked_by_id = NULL", "未走完"),
        ('code = \'PEN-006\', route = \'["accept", "review", "recheck", "finish"]\', finish_site = \'front_desk\'', "后台办结"),
        ("approved_by_id = (SELECT id FROM staff_user WHERE username = 'teller')", "岗位不符合规定"),
        ("""route = '["accept", "review", "finish"]'""", "少于该风险等级的规定"),
        ("reason = ' '", "没有理由"),
        ("code = 'XXX-001'", "事项目录中没有"),
        ("status = 'applied'", "未走完"),
    ],
)
def test_the_database_refuses_what_was_not_signed_as_it_must_be(spoilt: str, words: str) -> None:
    change = applied("REG-001", record("REG-001", route=("accept", "review", "recheck", "request", "finish")))
    approved(change)
    administrator = city.user("secadmin")
    with connections["super"].cursor() as cursor:
        cursor.execute(f"UPDATE catalogue_item_change SET {spoilt} WHERE id = %s", [change.pk])
    with pytest.raises(DatabaseError, match=words) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT catalogue_effect_change_v1(%s, %s, %s)", [proof_of(administrator), code_of(administrator), change.pk]
        )
    assert error.value.__cause__.sqlstate == "YG005"  # type: ignore[union-attr]


def test_the_application_cannot_write_a_version_itself() -> None:
    for statement in (
        "UPDATE catalogue_item_version SET risk_class = 3 WHERE code = 'REG-001'",
        "INSERT INTO catalogue_item_version (code, valid_from) VALUES ('REG-001', '2030-01-01')",
        "DELETE FROM catalogue_item_change",
    ):
        with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert error.value.__cause__.sqlstate == "42501"  # type: ignore[union-attr]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "declarations"
    shutil.copytree(DECLARATIONS, target)
    return target


def later_file(folder: Path, *changes: tuple[str, str], day: str = "2027-01-01") -> None:
    """A later file with ACC-001 alone, changed."""
    text = (folder / "items" / "account" / "2025-01-01.yaml").read_text()
    text = text[: text.index("\n- code: ACC-002")]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "items" / "account" / f"{day}.yaml").write_text(text)


LOWERED = (
    ("  risk_class: 1", "  risk_class: 2"), ("  review_site: back_office", "  review_site: on_site"),
    ("  route: [accept, review, recheck, request, meeting, approve, finish]", "  route: [accept, review, recheck, finish]"),
)  # fmt: skip


def test_a_file_below_the_minimum_of_its_class_is_refused_at_load(folder: Path) -> None:
    later_file(folder, LOWERED[2])
    with pytest.raises(YamlError, match=r"^2027-01-01\.yaml:\d+: ACC-001 1 类业务的环节不能少于规定，缺：请示、上会、审批"):
        load_catalogue(folder)


def test_what_a_later_file_says_of_class_and_route_waits_for_its_signatures(folder: Path) -> None:
    later_file(folder, *LOWERED, ("个人账户记录更正", "个人账户记录更正（新）"))
    assert load_item_versions(known=load_catalogue(folder)) == 1
    row = ItemVersion.objects.get(code="ACC-001", valid_from=dt.date(2027, 1, 1))
    assert (row.name.endswith("（新）"), row.risk_class, row.source) == (True, 1, "kept")
    assert load_item_versions(known=load_catalogue(folder)) == 0
    signed("ACC-001", record("ACC-001", risk_class=2, route=("accept", "review", "recheck", "finish"), review_site="on_site"), day=dt.date(2027, 1, 1))  # fmt: skip
    row.refresh_from_db()
    assert (row.name.endswith("（新）"), row.risk_class, row.source) == (True, 2, "change")


def test_at_the_opening_the_owner_loads_what_the_files_say(folder: Path) -> None:
    later_file(folder, *LOWERED)
    rows = list(ItemVersion.objects.using("owner").all())
    try:
        ItemVersion.objects.using("owner").all().delete()
        load_item_versions(known=load_catalogue(folder))
        row = ItemVersion.objects.get(code="ACC-001", valid_from=dt.date(2027, 1, 1))
        assert (row.risk_class, row.source) == (2, "file")
    finally:
        ItemVersion.objects.using("owner").all().delete()
        ItemVersion.objects.using("owner").bulk_create(rows)


def test_a_change_also_holds_in_later_versions_that_no_change_of_their_own_covers(folder: Path) -> None:
    later_file(folder, ("个人账户记录更正", "个人账户记录更正（新）"))
    load_item_versions(known=load_catalogue(folder))
    signed("ACC-001", record("ACC-001", risk_class=2), day=dt.date(2026, 12, 1))
    row = ItemVersion.objects.get(code="ACC-001", valid_from=dt.date(2027, 1, 1))
    assert (row.risk_class, row.source, row.change_id) == (2, "kept", None)


@pytest.mark.parametrize("day", ["2026-11-20", "2026-12-01"])
def test_a_file_dated_before_or_on_the_day_of_a_signed_change_is_not_lost_from_that_day_on(
    folder: Path, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fields, applicant and desk of the file that comes later hold from the signed day on too, with the class that was signed."""
    signed("ACC-001", record("ACC-001", risk_class=2), day=dt.date(2026, 12, 1))
    later_file(
        folder, ("个人账户记录更正", "个人账户记录更正（新）"), ("  window: special", "  window: general"),
        ("  - {name: id_number,", "  - {name: contact_note, label: 联系说明, type: string, required: false, index_code: null}\n  - {name: id_number,"),
        day=day,
    )  # fmt: skip
    known = load_catalogue(folder)
    try:
        load_item_versions(known=known)
        row = ItemVersion.objects.get(code="ACC-001", valid_from=dt.date(2026, 12, 1))
        assert (row.name.endswith("（新）"), row.desk_kind, row.risk_class, row.source) == (True, "general", 2, "change")
        assert row.digest == known.item("ACC-001", dt.date(2026, 12, 1)).digest
        forget_kept()
        monkeypatch.setattr("yigui.catalogue.declarations.declared", lambda: known)
        monkeypatch.setattr("yigui.catalogue.verify.declared", lambda: known)
        declarations._with_records.cache_clear()
        item = catalogue().item("ACC-001", dt.date(2026, 12, 5))
        assert (item.risk_class, item.valid_from) == (2, dt.date(2026, 12, 1))
        assert "contact_note" in schema_of(item, dt.date(2026, 12, 5))["properties"]
        assert [fault for fault in catalogue_faults("owner") if "ACC-001" in fault] == []
        assert load_item_versions(known=known) == 0
    finally:
        declarations._with_records.cache_clear()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE catalogue_item_version SET risk_class = 3 WHERE code = 'REG-002'", "事项 REG-002 2025-01-01 版本）：风险等级、环节或地点与目录文件不符"),
        ("UPDATE catalogue_item_version SET digest = 'x' WHERE code = 'REG-002'", "事项 REG-002 2025-01-01 版本）：内容与目录文件不符"),
        ("UPDATE catalogue_item_change SET reason = '另一个理由'", "风险等级、环节或地点与经批准的变更不符"),
        ("UPDATE catalogue_item_change SET applied_by_id = approved_by_id", "经手人与授权凭据的签署人不符"),
        ("UPDATE catalogue_item_change SET status = 'refused'", "不存在或未办理"),
        ("DELETE FROM catalogue_item_version WHERE source = 'change'", "目录中却没有相应的版本"),
    ],
)  # fmt: skip
def test_verify_names_the_version_or_change_that_was_tampered_with(statement: str, words: str) -> None:
    signed("REG-001", record("REG-001", route=("accept", "review", "recheck", "request", "finish")))
    assert faults() == []
    with transaction.atomic(using="super"):
        with connections["super"].cursor() as cursor:
            cursor.execute(statement)
        found = faults("super")
        transaction.set_rollback(True, using="super")
    assert len(found) == 1 or "refused" in statement, found
    assert any(words in fault for fault in found), found


def test_the_database_knows_the_same_routes() -> None:
    with connections["owner"].cursor() as cursor:
        for risk_class, steps in MINIMUM.items():
            cursor.execute("SELECT catalogue_minimum_route_v1(%s)", [risk_class])
            assert cursor.fetchone()[0] == [str(s) for s in steps]
        for item in declared().items(TODAY):
            for risk_class in range(1, item.risk_class + 1):
                cursor.execute("SELECT catalogue_route_v1(%s::jsonb, %s)", [str([str(s) for s in item.route]).replace("'", '"'), risk_class])  # fmt: skip
                assert cursor.fetchone()[0] == [str(s) for s in steps_for(item.route, risk_class)]


def test_every_item_of_the_files_has_a_route_that_fits_its_class_and_ends_where_it_must() -> None:
    for item in declared().items(TODAY):
        assert wrong_with(item.record, item.kind) == ""
        for risk_class in range(1, item.risk_class + 1):
            steps = route_of(item, risk_class, is_trainee=False)
            assert steps[0].code == "accept"
            assert (steps[-1].site == "back_office") or item.finish_site == "front_desk", item.code
            assert [s.code for s in route_of(item, risk_class, is_trainee=True)][:2] == ["accept", "recheck"]


def test_the_page_shows_reason_and_signatures_and_leads_through_the_four_steps() -> None:
    page = "/item-changes/"

    def as_(name: str) -> Client:
        client = Client()
        client.force_login(city.user(name), backend="yigui.identity.staff_backend.StaffBackend")
        return client

    form = {
        "code": "REG-001", "risk_class": "2", "steps": ["review", "recheck", "approve"], "review_site": "on_site", "finish_site": "front_desk",
        "valid_from": TOMORROW.isoformat(), "reason": "大额单位须领导把关",
    }  # fmt: skip
    head = as_("head")
    assert 'id="present"' not in page_of(head.get(page))
    chosen = head.get(page, {"code": "REG-001"}).content.decode()
    assert 'value="REG-001" selected' in chosen
    assert "REG-001 现行规定：2 类：受理—审核—复核—办结；审核现场，办结前台" in chosen
    assert '<option value="2" selected>' in chosen
    assert head.post(page, form | {"steps": ["review"]}).status_code == 200
    assert head.post(page, form).status_code == 302
    change = ItemChange.objects.get()
    for name, verb in (("auditor", "check"), ("director", "approve"), ("secadmin", "effect")):
        assert f"{page}{change.pk}/{verb}/" in as_(name).get(page).content.decode()
        assert as_(name).post(f"{page}{change.pk}/{verb}/").status_code == 302
    shown = html.unescape(as_("auditor").get(page).content.decode())
    for words in ("大额单位须领导把关", "2 类：受理—审核—复核—审批—办结", city.user("secadmin").full_name, "已办理"):
        assert words in shown
    assert codes(accept_unit(TOMORROW)) == ["accept", "review", "recheck", "approve"]
