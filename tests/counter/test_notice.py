"""What is wanting before an application can be accepted is told once, as a paper: what the page of the form says, and nothing where nothing is wanting."""

import pytest

from tests import city
from tests.casework.test_returned_cases import returned
from tests.pages import page_of, signed_in, text_of
from yigui.applying.drafts import draft_for_correction
from yigui.applying.notice import notice_content, wanting
from yigui.casework.drafts import open_draft
from yigui.casework.models import Draft
from yigui.catalogue.declarations import catalogue
from yigui.common.errors import YiguiError
from yigui.counter.drafts import door_of


class _Request:
    def __init__(self, username: str) -> None:
        self.user = city.user(username)


DOOR = lambda: door_of(_Request("teller"))  # type: ignore[arg-type]  # noqa: E731


def _draft(form: dict[str, str], materials: dict[str, dict[str, str]] | None = None) -> Draft:
    person = city.next_person()
    return open_draft(
        user=city.user("teller"), item_code="CHG-003", form=form | {"id_number": person.id_number, "person_name": person.name}, person=person,
        materials=materials,
    )  # fmt: skip


def _item() -> object:
    return catalogue().item("CHG-003", city.TODAY)


def test_papers_and_fields_that_are_wanting_each_have_a_line() -> None:
    draft = _draft({"change_item": ""})
    rows = dict(wanting(DOOR(), draft, _item()))  # type: ignore[arg-type]
    assert rows["居民身份证或社会保障卡"] == "请提供原件或扫描件"
    labels = {f.label for f in catalogue().item("CHG-003", city.TODAY).fields}
    assert "尚未填写" in {how for what, how in rows.items() if what in labels}
    content = notice_content(DOOR(), draft, _item())  # type: ignore[arg-type]
    assert content["sections"][0]["rows"][0][1] == "居民身份证或社会保障卡"
    client = signed_in("teller")
    url = f"/counter/drafts/{draft.token}/notice.pdf"
    assert f'href="{url}"' in page_of(client.get(f"/counter/drafts/{draft.token}/"))
    paper = client.get(url)
    assert (paper.status_code, paper.headers["Content-Type"]) == (200, "application/pdf")
    assert paper.content.startswith(b"%PDF-")


def test_a_wrong_field_is_told_with_its_sentence_and_what_is_there_is_not_asked_for() -> None:
    materials = {"id_card": {"source": "seen", "name": "核验原件"}}
    draft = _draft({"change_item": "01", "new_value": "138"}, materials)
    rows = wanting(DOOR(), draft, _item())  # type: ignore[arg-type]
    assert "居民身份证或社会保障卡" not in dict(rows)
    assert all(how != "尚未填写" for what, how in rows if "新" in what)
    assert rows
    content = notice_content(DOOR(), draft, _item())  # type: ignore[arg-type]
    assert content["sections"][1]["rows"][0][0] == "居民身份证或社会保障卡"


def test_where_nothing_is_wanting_there_is_nothing_to_tell() -> None:
    person = city.next_person()
    materials = {"id_card": {"source": "seen", "name": "核验原件"}}
    form = city.basic_change_form(person)
    draft = open_draft(user=city.user("teller"), item_code="CHG-003", form=form, person=person, materials=materials)
    if rows := wanting(DOOR(), draft, _item()):  # type: ignore[arg-type]
        pytest.fail(str(rows))
    with pytest.raises(YiguiError, match="已经齐全"):
        notice_content(DOOR(), draft, _item())  # type: ignore[arg-type]


def test_nobody_prints_it_of_a_draft_of_somebody_else() -> None:
    draft = _draft({})
    other = city.new_user("teller", password="Ein-Passwort-9")
    assert signed_in(other.username).get(f"/counter/drafts/{draft.token}/notice.pdf").status_code == 404
    assert "%PDF" not in text_of(signed_in("head").get(f"/counter/drafts/{draft.token}/notice.pdf"))


def _key_change(form: dict[str, str], materials: dict[str, dict[str, str]] | None = None) -> Draft:
    person = city.next_person()
    return open_draft(
        user=city.user("teller"), item_code="CHG-004", form=form | {"id_number": person.id_number, "person_name": person.name}, person=person,
        materials=materials,
    )  # fmt: skip


def test_papers_the_form_calls_for_stand_on_it_beside_those_of_every_application() -> None:
    item = catalogue().item("CHG-004", city.TODAY)
    names = {code: m.name for code, m in catalogue().materials.items()}
    draft = _key_change(
        {"change_item": "04", "new_value": "1970-01-02", "agent_name": "张三", "agent_id": city.next_person().id_number}
    )
    rows = dict(wanting(DOOR(), draft, item))
    for code in ("id_card", "personnel_file", "agent_id_card", "power_of_attorney"):
        assert rows[names[code]] == "请提供原件或扫描件", code
    assert "不用自备" in rows[names["application_form"]]
    assert not any("仅限" in how for how in rows.values())
    rows = dict(wanting(DOOR(), _key_change({"change_item": ""}), item))
    assert any(how.startswith("仅限：") for how in rows.values())


def test_what_only_the_items_own_check_finds_stands_on_it() -> None:
    person = city.next_person()
    materials = {"id_card": {"source": "seen", "name": "核验原件"}}
    form = city.basic_change_form(person) | {"old_value": "13800000000"}
    draft = open_draft(user=city.user("teller"), item_code="CHG-003", form=form, person=person, materials=materials)
    rows = wanting(DOOR(), draft, _item())  # type: ignore[arg-type]
    assert [what for what, _ in rows] == ["变更前信息"]
    assert "变更前信息应为登记内容" in rows[0][1]


def test_what_a_department_has_told_is_not_asked_for_and_papers_stand_beside_what_is_said_first() -> None:
    seeker = city.next_seeker()
    draft = open_draft(user=city.user("teller"), item_code="REG-004", form=city.enrolment_form(seeker))
    names = {code: m.name for code, m in catalogue().materials.items()}
    assert names["employment_registration"] not in dict(wanting(DOOR(), draft, catalogue().item("REG-004", city.TODAY)))
    person = city.next_person()
    form = city.key_change_form(person, change_item="04", new_value="没有这一天")
    draft = open_draft(user=city.user("teller"), item_code="CHG-004", form=form, person=person)
    rows = wanting(DOOR(), draft, catalogue().item("CHG-004", city.TODAY))
    assert {names["id_card"], names["personnel_file"]} <= dict(rows).keys()
    assert any("变更后信息无法识别" in how for _, how in rows)


def test_what_is_said_to_the_teller_is_not_printed_for_the_visitor() -> None:
    draft = _key_change({"change_item": "04", "new_value": "1970-01-02"})
    assert not any("特殊业务窗口" in how for _, how in wanting(DOOR(), draft, catalogue().item("CHG-004", city.TODAY)))


def test_an_original_only_seen_is_to_be_brought_again() -> None:
    draft = _draft({"change_item": ""}, {"id_card": {"source": "seen", "name": "核验原件"}})
    content = notice_content(DOOR(), draft, _item())  # type: ignore[arg-type]
    assert content["sections"][1]["rows"] == [["居民身份证或社会保障卡", "核验原件", "再来办理时请再带原件"]]
    assert "不用再交" not in str(content)


def test_of_a_case_that_was_accepted_it_is_not_offered() -> None:
    _, case = returned()
    draft = draft_for_correction(case, city.user("teller"))
    with pytest.raises(YiguiError, match="本件已受理"):
        notice_content(DOOR(), draft, _item())  # type: ignore[arg-type]
    assert "打印一次性告知单" not in page_of(signed_in("teller").get(f"/counter/drafts/{draft.token}/"))
