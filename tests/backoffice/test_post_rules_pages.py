"""Templates of authority and the check of rights on their pages."""

from tests import city
from tests.backoffice.test_rights_pages import signed_in
from tests.pages import page_of, text_of
from tests.staff.test_post_rules import given
from yigui.staff.models import Authority, PostRule, RightsCheck, RightsRequest

RULE = {
    "post": "rechecker", "level": "city", "area_scope": "all", "reason": "岗位调整", "step_1": "recheck", "items_1": ["REG", "PEN"],
    "amount_1": "20000", "step_2": "recheck", "items_2": ["CHG-003"], "amount_2": "", "step_3": "", "step_4": "",
}  # fmt: skip


def test_a_template_is_made_on_the_page_and_gives_two_colleagues_their_rights_at_once() -> None:
    head = signed_in("head")
    assert "不能持有“审核”" in text_of(head.post("/rights/rules/", RULE | {"step_1": "review"}))
    page = text_of(head.post("/rights/rules/", RULE | {"items_1": []}))
    assert "提出权限模板" in page
    assert 'value="岗位调整"' in page
    assert "待内控审核" in text_of(head.post("/rights/rules/", RULE, follow=True))
    rule = PostRule.objects.latest("id")
    move = f"/rights/rules/{rule.pk}/move/"
    assert move not in text_of(head.get("/rights/rules/"))
    for who in ("auditor", "director", "secadmin"):
        client = signed_in(who)
        assert "专职复核员（地级市）" in text_of(client.get("/inbox/"))
        assert move in text_of(client.get("/rights/rules/"))
        client.post(move)
        assert move not in text_of(client.get("/rights/rules/"))
    assert "复核：REG、PEN，金额至 20,000.00 元" in text_of(head.get("/rights/rules/"))
    people = [city.new_user("rechecker").pk, city.new_user("rechecker").pk]
    form = {"verb": "by_rule", "people": people, "until": "2027-12-31", "why": "定岗"}
    assert "提交 2 份申请" in text_of(head.post("/rights/", form, follow=True))
    for request in RightsRequest.objects.filter(user__in=people):
        for who, verb in (("auditor", "check"), ("director", "approve"), ("secadmin", "grant")):
            assert f"按权限模板 {rule.pk} 号" in text_of(signed_in(who).get("/rights/"))
            signed_in(who).post(f"/rights/{request.pk}/{verb}/")
    assert Authority.objects.filter(user__in=people).count() == 6


def test_a_template_of_one_post_is_not_given_to_people_without_one_and_nothing_is_half_done() -> None:
    before = RightsRequest.objects.count()
    people = [city.new_user("reviewer").pk, city.user("director").pk]
    form = {"verb": "by_rule", "people": people, "until": "2020-12-31", "why": "定岗"}
    assert "失效日期早于生效日期" in text_of(signed_in("head").post("/rights/", form))
    assert RightsRequest.objects.count() == before
    assert signed_in("auditor").post("/rights/", form).status_code == 403
    assert signed_in("auditor").post("/rights/rules/", RULE).status_code == 403


def test_the_report_names_differences_of_an_agency_and_the_check_of_the_year_is_recorded() -> None:
    auditor = signed_in("auditor")
    given(city.user("hall-reviewer-511113"), "review", "REG", area_code="*")
    page = text_of(auditor.get("/rights/report/?agency=51111301&kind=beyond"))
    assert "金口河现场审核" in page
    assert "审核：REG，全市，金额不限" in page
    only = text_of(auditor.get("/rights/report/?agency=51111301&kind=unused"))
    assert "天内未使用" in only
    assert auditor.get("/rights/report/?agency=99999999").status_code == 404
    answer = auditor.post("/rights/report/", {"agency": "51111301", "year": "2026", "conclusion": ""})
    assert "请填写检查意见" in text_of(answer)
    form = {"agency": "51111301", "year": "2026", "conclusion": "现场审核人员地区范围过宽"}
    assert "年度权限检查已登记" in text_of(auditor.post("/rights/report/", form, follow=True))
    assert RightsCheck.objects.get(agency="51111301").counts["beyond"] >= 1
    assert "年度权限检查已登记" not in page_of(auditor.get("/rights/report/?agency=51111301"))
    head = signed_in("head")
    assert "登记年度检查" not in page_of(head.get("/rights/report/?agency=51111301"))
    assert "市级）内控稽核人员" in text_of(head.post("/rights/report/", form | {"year": "2025"}))
    assert signed_in("teller").get("/rights/report/").status_code == 403
    assert "权限检查整改" in text_of(head.get("/inbox/"))


def test_the_ledger_of_rights_shows_the_post_of_the_day() -> None:
    auditor = signed_in("auditor")
    page = text_of(auditor.get("/rights/holders/?name=赵文博"))
    assert "当日岗位" in page
    assert "审核人员" in page
    # Holdings bear real instants: today they are those of now, also on a business day that has been moved to before they were recorded.
    assert "未记录" not in page
    assert "未记录" in text_of(auditor.get("/rights/holders/?name=赵文博&on=2025-01-01"))
    assert "当日岗位：没有岗位记录" in text_of(auditor.get(f"/rights/people/{city.user('reviewer').pk}/?on=2025-01-01"))
