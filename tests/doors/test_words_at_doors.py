"""What pages say in words where a code, a silence or a wrong hint stood."""

import re

from tests import city
from tests.pages import PART, signed_in, text_of
from tests.portal.test_applying import login_of
from tests.portal.test_signing_in import signed_in as signed_in_unit
from yigui.backoffice.rights import scope_choices
from yigui.casework.handlers import is_open
from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.common.item_codes import GROUPS, scope_words
from yigui.staff.full_views import record_full_view


def test_every_group_of_items_has_words_and_rights_are_chosen_by_them() -> None:
    assert {item.prefix for item in catalogue().items(clock.today())} == GROUPS.keys()
    labels = dict(scope_choices())
    assert (labels["ACC"], labels["*"], scope_words("REG-004")) == ("个人账户（ACC）", "全部事项", "REG-004")


def test_a_form_that_cannot_be_read_names_the_wrong_fields_and_the_missing_papers() -> None:
    client = signed_in()
    answer = client.post("/counter/drafts/", {"item": "REG-001"})
    url = str(answer.headers["Location"])
    panel = text_of(
        client.post(f"{url}live/", {"credit_code": "91510000000000000X", "unit_enrol_date": "2027-13-01"}, headers=PART)
    )
    before = panel.split('id="id_')[0]
    assert '填写有误</strong>：<a href="#wrap_credit_code">统一社会信用代码</a>' in before
    assert "还需提供材料：" in before


def test_a_number_with_a_wrong_check_digit_is_said_to_be_wrong() -> None:
    person, client = city.next_person(), signed_in()
    last = next(d for d in "0123456789" if d != person.id_number[-1])
    found = text_of(client.post("/search/results/", {"q": person.id_number[:-1] + last}, headers=PART))
    assert "不是有效的身份证号码" in found
    assert "不是有效的身份证号码" not in text_of(client.post("/search/results/", {"q": "510000199001011234567"}, headers=PART))


def test_an_operator_is_given_only_items_that_are_open() -> None:
    login = login_of(city.next_employee().employer)
    page = text_of(signed_in_unit(login).get("/unit/operators/"))
    closed = [
        i.name
        for i in catalogue().items(clock.today())
        if not is_open(i.code) and "online" in i.channels and i.applicant == "employer"
    ]
    assert closed
    assert [name for name in closed if name in page] == []


def test_who_accepted_a_case_is_not_told_why_they_cannot_review_it() -> None:
    case = city.accept_class2()
    assert 'id="why-not"' not in text_of(signed_in("teller").get(f"/cases/{case.case_no}/"))


def test_a_hint_of_several_kinds_of_batches_stands_once() -> None:
    page = text_of(signed_in("head").get("/finance/batches/"))
    sentences = [s for s in re.findall(r"[^。>]{12,}。", page[page.index("batch_period") :]) if "年度计划" in s]
    assert sentences
    assert len(sentences) == len(set(sentences))


def test_the_form_of_a_refused_application_for_rights_stays_open() -> None:
    page = text_of(signed_in("head").post("/rights/", {"reason": "试"}))
    form = page[page.index("逐项申请权限") - 200 : page.index("逐项申请权限")]
    assert "open" in form.rsplit("<details", 1)[1]


def test_who_may_not_open_cases_reads_their_numbers_without_a_link() -> None:
    case = city.accept_class2()
    subject = city.next_employee().employer
    record_full_view(user=city.user("teller"), subject=subject, reason="核对资料", case_no=case.case_no, ground="work")
    page = text_of(signed_in("logadmin").get("/view-log/"))
    assert case.case_no in page
    assert f'href="/cases/{case.case_no}/"' not in page
