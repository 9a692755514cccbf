"""A form that was sent and cannot be read says at its top, at every door, what is wrong and where; one that is refused leads back to the fields."""

import re

import pytest
from django.test import Client

from tests import city
from tests.kiosk.test_kiosk import as_operator, registered
from tests.mobile.test_phone import on_the_phone
from tests.pages import signed_in, text_of
from tests.portal.test_applying import login_of
from tests.portal.test_signing_in import signed_in as operator_of

#: A choice that is not offered, in the form of either item.
WRONG = {"change_item": "77", "change_reason": "77"}


def _counter() -> tuple[Client, str]:
    client, person = signed_in(), city.next_person()
    return client, client.post("/counter/drafts/", {"item": "CHG-003", "person_no": person.person_no}).headers["Location"]


def _platform() -> tuple[Client, str]:
    employment = city.next_employee()
    client = operator_of(login_of(employment.employer))
    return client, client.post("/unit/apply/drafts/", {"item": "REG-006", "person_no": employment.person.person_no}).headers[
        "Location"
    ]


def _machine() -> tuple[Client, str]:
    employment = city.next_employee()
    client = as_operator(registered()[0], login_of(employment.employer))
    return client, client.post("/kiosk/unit/apply/drafts/", {"item": "REG-006", "person_no": employment.person.person_no}).headers[
        "Location"
    ]


def _phone() -> tuple[Client, str]:
    client = on_the_phone(city.next_person())
    return client, client.post("/m/apply/drafts/", {"item": "CHG-003"}).headers["Location"]


@pytest.mark.parametrize("door", [_counter, _platform, _machine, _phone])
def test_a_form_that_cannot_be_read_says_what_is_wrong_at_its_top_at_every_door(door: object) -> None:
    client, url = door()  # type: ignore[operator]
    client.post(f"{url}live/", {"person_name": "", **WRONG})
    answer = client.get(f"{url}answers/")
    page = text_of(answer)
    assert answer.status_code == 422
    assert re.search(r"<title>\s*有误：", page)
    summary = page.partition('id="error-summary"')[2].partition("</ul>")[0]
    assert 'tabindex="-1" autofocus' in summary
    chosen, label = ("change_reason", "变更原因") if "id_change_reason" in page else ("change_item", "变更项目")
    assert f'href="#id_{chosen}">{label}：' in summary
    assert 'href="#id_person_name">姓名：请填写姓名' in summary
    assert page.count("autofocus") == 1, "one thing takes the focus"
    for name in (chosen, "person_name"):
        box = re.search(rf'<[^>]*id="id_{name}"[^>]*>', page)
        assert box is not None
        assert 'aria-invalid="true"' in box[0], name
        assert f'aria-describedby="id_{name}_hint"' in box[0], name


def test_a_form_without_faults_has_no_summary_and_no_mark() -> None:
    client, url = _counter()
    page = text_of(client.get(url))
    assert "error-summary" not in page
    assert "有误" not in page
    assert "aria-invalid" not in page


def test_what_is_wrong_with_a_field_the_page_does_not_show_is_said_without_a_link() -> None:
    from yigui.casework.models import Draft

    client, url = _counter()
    draft = Draft.objects.get(token=url.split("/")[-2])
    Draft.objects.filter(pk=draft.pk).update(form=draft.form | {"no_such_field": "1"})
    summary = text_of(client.get(f"{url}answers/")).partition('id="error-summary"')[2].partition("</ul>")[0]
    assert "没有“no_such_field”这一栏" in summary
    assert "#id_no_such_field" not in summary


def test_what_refuses_an_application_leads_back_to_its_field_and_its_papers() -> None:
    client, person = signed_in(), city.next_person()
    url = client.post("/counter/drafts/", {"item": "CHG-003", "person_no": person.person_no}).headers["Location"]
    client.post(f"{url}live/", city.basic_change_form(person, person_name="某某某"))
    page = text_of(client.get(f"{url}answers/"))
    assert "<title>有误：" in page.replace("<title> ", "<title>")
    refused = page.partition('id="refusals"')[2].partition("</ul>")[0]
    assert f'href="{url}#wrap_person_name"' in refused
    assert f'href="{url}#materials-card"' in refused
