"""The tree of sections: which one a step lies in, what may be changed, and that every change leaves its record."""

import datetime as dt
import importlib
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, connections, transaction

from tests import city
from tests.conftest import TODAY
from yigui.casework.inboxes import section_of_step, steps_of_sections
from yigui.casework.models import Step
from yigui.catalogue.declarations import catalogue
from yigui.registry.models import Agency
from yigui.staff.edit_section import close_section, save_section
from yigui.staff.enums import StaffVerb, Stage
from yigui.staff.errors import OrganisationRefused
from yigui.staff.models import Authority, StaffEvent, User
from yigui.staff.organisation import Section
from yigui.staff.sections import Chart, chart_on, section_for
from yigui.staff.verify import staff_faults

CENTRE = "51110001"
_names = iter(range(1000))


def centre() -> Agency:
    return Agency.objects.get(pk=CENTRE)


def named(name: str, agency: str = CENTRE) -> Section:
    return Section.objects.get(agency_id=agency, name=name)


def made(**more: object) -> Section:
    values: dict[str, object] = {
        "actor": city.user("sysadmin"), "agency": centre(), "name": f"新科室{next(_names)}", "parent": None, "stages": ["archive"],
        "zones": [], "head": None, "on": TODAY, "reason": "三定方案",
    } | more  # fmt: skip
    return save_section(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("step", "item", "expected"),
    [
        ("review", "PEN-002", "待遇审核科"),
        ("review", "REG-001", "参保征缴审核科"),
        # No section is made for this zone alone: the one made for all zones has it.
        ("review", "MED-007", "业务审核部"),
        ("recheck", "PEN-002", "综合业务科"),
        ("approve", "PEN-002", "局领导"),
        ("meeting", "CHG-004", "局领导"),
    ],
)
def test_a_step_lies_in_the_section_of_its_stage_and_zone(step: str, item: str, expected: str) -> None:
    found = section_for(step_code=step, item=catalogue().item(item, TODAY), agency_id=CENTRE, on=TODAY)
    assert found == named(expected)


def test_a_county_without_a_section_for_a_stage_sends_the_step_to_the_city() -> None:
    item = catalogue().item("PEN-002", TODAY)
    assert section_for(step_code="review", item=item, agency_id="51110201", on=TODAY) == named("业务审核股", "51110201")
    assert section_for(step_code="approve", item=item, agency_id="51110201", on=TODAY) == named("局领导")


def test_the_answer_for_one_step_and_the_inbox_are_the_same_rule() -> None:
    chart = chart_on(TODAY)
    zones = list(catalogue().zones)
    for agency in ("51110001", "51110201"):
        for code in ("review", "recheck", "request", "meeting", "approve"):
            for zone in zones:
                winner = chart.section_for(step_code=code, zone=zone, agency_id=agency)
                claiming = [
                    section
                    for section in chart.sections.values()
                    for share in chart.shares_of(section, zones=zones)
                    if share.step_code == code and agency in share.agency_ids and zone in share.zones
                ]
                assert claiming == [winner], (agency, code, zone)


def test_of_two_sections_the_deeper_has_the_step_and_the_order_of_reading_does_not_matter() -> None:
    def section(pk: int, parent: int | None, zones: list[str]) -> Section:
        return Section(pk=pk, agency_id="A", parent_id=parent, name=str(pk), stages=["review"], zones=zones)

    sections = [section(1, None, []), section(2, 1, []), section(3, 1, []), section(4, None, ["pension"])]
    for order in (sections, sections[::-1]):
        chart = Chart(order, {})
        assert chart.section_for(step_code="review", zone="levy", agency_id="A").pk == 2  # type: ignore[union-attr]
        assert chart.section_for(step_code="review", zone="pension", agency_id="A").pk == 4  # type: ignore[union-attr]
        assert chart.section_for(step_code="recheck", zone="levy", agency_id="A") is None


def test_a_complex_case_is_in_its_sections_inbox_at_once_and_suggested_to_somebody_there() -> None:
    case = city.accept_class1()
    step = Step.objects.get(case=case, state="ready")
    section = section_of_step(step, TODAY)
    assert section is not None
    assert step in steps_of_sections([section], TODAY)
    assert step not in steps_of_sections([named("财务科"), named("待遇审核科")], TODAY)
    assert step.suggested_to is not None
    assert step.suggested_to.section == section


def test_a_step_on_the_floor_lies_in_no_section() -> None:
    case = city.accept_class2()
    assert section_of_step(Step.objects.get(case=case, state="ready"), TODAY) is None


def test_moving_a_section_keeps_the_rights_of_its_people() -> None:
    section = made()
    person = city.user("rechecker2")
    User.objects.using("super").filter(pk=person.pk).update(section=section)
    before = list(Authority.objects.filter(user=person).values())
    moved = save_section(
        actor=city.user("sysadmin"), agency=centre(), section=section, name=section.name, parent=named("业务审核部"),
        stages=["archive"], zones=[], head=person, on=TODAY, reason="机构改革",
    )  # fmt: skip
    assert moved in chart_on(TODAY).subtree_of(named("业务审核部"))
    assert list(Authority.objects.filter(user=person).values()) == before
    event = StaffEvent.objects.filter(table_name="staff_section", row_id=section.pk).latest("id")
    assert (event.verb, event.actor, event.reason) == (StaffVerb.SECTION_EDITED, city.user("sysadmin"), "机构改革")
    assert (event.before["parent_id"], event.after["parent_id"]) == (None, named("业务审核部").pk)


def test_a_section_under_itself_or_in_another_agency_is_refused_by_page_and_database() -> None:
    top = made()
    below = made(parent=top)
    with pytest.raises(OrganisationRefused, match="自己的下级"):
        made(section=top, name=top.name, parent=below)
    with pytest.raises(OrganisationRefused, match="不属于本机构"):
        made(parent=named("业务审核股", "51110201"))
    for parent in (below.pk, top.pk, named("业务审核股", "51110201").pk):
        with pytest.raises(DatabaseError) as error, transaction.atomic(using="owner"):
            Section.objects.using("owner").filter(pk=top.pk).update(parent=parent)
        assert error.value.__cause__.sqlstate == "YG006"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": "  "}, "请填写科室名称"),
        ({"reason": ""}, "调整依据"),
        ({"name": "财务科"}, "已有名为“财务科”的科室"),
    ],
)
def test_a_section_that_does_not_fit_is_refused_with_a_sentence(more: dict[str, object], sentence: str) -> None:
    with pytest.raises(OrganisationRefused, match=sentence):
        made(**more)


def test_a_head_of_another_agency_or_one_who_left_is_refused() -> None:
    with pytest.raises(OrganisationRefused, match="不是本机构在岗人员"):
        made(head=city.user("reviewer-511102"))


def test_a_section_with_people_or_sections_below_is_not_closed_an_empty_one_is() -> None:
    top = made()
    below = made(parent=top)
    User.objects.using("super").filter(username="rechecker2").update(managing_department=below)
    actor = city.user("sysadmin")
    with pytest.raises(OrganisationRefused, match=f"下还有：{below.name}"):
        close_section(actor=actor, section=top, on=TODAY, reason="撤并")
    with pytest.raises(OrganisationRefused, match="吴海平"):
        close_section(actor=actor, section=below, on=TODAY, reason="撤并")
    User.objects.using("super").filter(username="rechecker2").update(managing_department=None)
    Section.objects.using("owner").filter(pk=below.pk).update(valid_from=TODAY - dt.timedelta(days=30))
    below.refresh_from_db()
    close_section(actor=actor, section=below, on=TODAY, reason="撤并")
    assert below.pk not in chart_on(TODAY).sections
    assert below.pk in chart_on(TODAY - dt.timedelta(days=1)).sections
    with pytest.raises(OrganisationRefused, match="已于"):
        close_section(actor=actor, section=below, on=TODAY, reason="撤并")
    # The name is free again.
    assert made(name=below.name).pk != below.pk


def test_a_change_outside_any_deed_is_recorded_as_unknown_and_the_record_cannot_be_changed() -> None:
    section = made()
    Section.objects.using("owner").filter(pk=section.pk).update(stages=[Stage.LEAD])
    event = StaffEvent.objects.filter(table_name="staff_section", row_id=section.pk).latest("id")
    assert (event.verb, event.actor, event.after["stages"]) == ("unknown", None, ["lead"])
    for statement in (
        "UPDATE staff_event SET verb = 'x'",
        "DELETE FROM staff_event",
        "INSERT INTO staff_event (at, verb, table_name, row_id, kind) VALUES (now(), 'edit', 'staff_user', 1, 'U')",
        "DELETE FROM staff_user WHERE id = 1",
        "DELETE FROM staff_section",
        "TRUNCATE staff_event",
    ):
        with pytest.raises(DatabaseError, match=r"denied|权限|只能追加"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    for statement in ("UPDATE staff_event SET verb = 'x'", "DELETE FROM staff_event"):
        with (
            pytest.raises(DatabaseError, match="只能追加"),
            transaction.atomic(using="owner"),
            connections["owner"].cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_password_stands_in_the_record_as_a_digest_and_a_sign_in_is_no_change() -> None:
    person = city.user("guide")
    count = StaffEvent.objects.count()
    person.last_login = dt.datetime.now(dt.UTC)
    person.save(update_fields=["last_login"])
    assert StaffEvent.objects.count() == count
    person.set_password("Ein-Neues-77")
    person.save(update_fields=["password"])
    event = StaffEvent.objects.latest("id")
    assert (event.table_name, event.row_id) == ("staff_user", person.pk)
    assert event.before["password"] != event.after["password"]
    assert "argon2" not in str(event.after)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE staff_user SET role = 'director' WHERE username = 'teller'", "现值与最后一次变动记录不符"),
        ("UPDATE staff_user SET password = 'another' WHERE username = 'teller'", "现值与最后一次变动记录不符"),
        ("UPDATE staff_section SET stages = stages || 'finance'::varchar WHERE name = '档案科'", "现值与最后一次变动记录不符"),
        ("DELETE FROM staff_section WHERE name = '档案科'", "记录已被删除"),
        (
            "INSERT INTO staff_section (agency_id, name, stages, zones, valid_from) VALUES ('51110001', '暗科', '{}', '{}', '2026-01-01')",
            "没有变动记录",
        ),
    ],
)
def test_what_a_superuser_changes_past_the_record_is_named(statement: str, named: str) -> None:
    assert list(staff_faults("super")) == []
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        faults = list(staff_faults("super"))
        transaction.set_rollback(True, using="super")
    assert len(faults) == 1
    assert named in faults[0]


@pytest.fixture
def rolled_back() -> Iterator[None]:
    with transaction.atomic(using="owner"):
        yield
        transaction.set_rollback(True, using="owner")


def test_texts_of_old_accounts_become_sections_with_stages(rolled_back: None) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE staff_user SET section_id = NULL, managing_department_id = NULL")
        cursor.execute("UPDATE staff_section SET name = name || '（旧）', valid_from = '2020-01-01', valid_to = '2026-11-09'")
        cursor.execute(
            "UPDATE staff_user SET section = ' 医疗待遇科 ', managing_department = '综合业务科' WHERE username = 'reviewer'"
        )
    migration = importlib.import_module("yigui.staff.migrations.0006_sections_carried")
    migration.carry(apps, SimpleNamespace(connection=connections["owner"]))
    person = User.objects.using("owner").select_related("section", "managing_department").get(username="reviewer")
    assert person.section is not None
    assert (person.section.name, person.section.agency_id, sorted(person.section.stages)) == (
        "医疗待遇科",
        CENTRE,
        ["benefit", "review"],
    )
    assert person.managing_department is not None
    assert sorted(person.managing_department.stages) == ["accept", "recheck"]
    assert User.objects.using("owner").get(username="teller").section is None
    assert StaffEvent.objects.using("owner").filter(verb="baseline", table_name="staff_user", row_id=person.pk).exists()
