"""Enterprise enrolment in social insurance (企业社会保险登记)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import About, Outcome, PreviewLine, Subject
from yigui.casework.models import Case
from yigui.catalogue.declarations import Item
from yigui.common.months import format_period, period_of
from yigui.identity.unit_logins import open_unit_login
from yigui.items.common.base import ItemHandler, item
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.registry.enums import EMPLOYEE_INSURANCES, Insurance
from yigui.registry.persons import register_employer


@item("REG-001")
class UnitEnrolment(ItemHandler[Facts]):
    """New employer with one enrolment line per insurance, and its login for online and self-service use."""

    writes = ("registry_employer", "registry_employer_enrolment")
    all_insurances = True
    area_field = "region"
    opens_login = True

    #: A new employer has no login yet; at an outlet and at the counter somebody sits.
    closed_channels = frozenset({"online", "kiosk"})

    def about(self, item: Item) -> frozenset[About]:
        """On nobody's page: the employer is not registered yet."""
        return frozenset()

    def subject(self, facts: Facts) -> Subject:
        return Subject(f"credit_code:{facts['credit_code']}", facts["unit_name"], facts["region"])

    def preview(self, facts: Facts) -> list[PreviewLine]:
        start = format_period(period_of(facts["unit_enrol_date"]))
        return [
            PreviewLine("参保单位", "未登记", f"{facts['unit_name']}（{facts['credit_code']}）"),
            PreviewLine("参加险种", "", "、".join(Insurance(i).label for i in facts["insurances"])),
            PreviewLine("起始年月", "", start),
        ]

    def apply(self, facts: Facts, case: Case) -> Outcome:
        start = period_of(facts["unit_enrol_date"])
        employer = register_employer(
            name=facts["unit_name"], credit_code=facts["credit_code"], insurances=facts["insurances"], start_period=start,
            unit_type=facts["unit_type"], economic_type=facts["economic_type"], industry=facts["industry"],
            industry_risk=facts["industry_risk"], legal_rep=facts["legal_rep"], area_id=facts["region"],
            address=facts["address"], contact_name=facts["contact_name"], phone=facts["phone"],
            bank_code=facts["bank_code"], account_name=facts["account_name"], account_no=facts["account_no"],
            levy_method=facts["levy_method"], enrolled_on=facts["unit_enrol_date"],
        )  # fmt: skip
        login = open_unit_login(employer)
        return Outcome(
            summary=f"{employer.name} 已办理社会保险登记，单位编号 {employer.unit_no}，自 {format_period(start)} 起纳入征缴计划。",
            lines=[("单位编号", employer.unit_no), ("统一社会信用代码", employer.credit_code)],
            sections=[
                {
                    "title": "参加险种",
                    "head": ["险种", "起始年月"],
                    "rows": [[Insurance(i).label, format_period(start)] for i in facts["insurances"]],
                }
            ],
            notes=[f"网上和自助区用户名：{login.username}。首次登录时凭单位联系电话 {login.masked_phone} 收到的验证码设置密码。"],
            employer=employer,
        )


@check("five_insurances")
def five_insurances(facts: Facts) -> Iterator[Finding]:
    """An enterprise enrols in all insurances that the law requires of it."""
    chosen = set(facts["insurances"] or [])
    missing = [i for i in EMPLOYEE_INSURANCES if i not in chosen]
    if missing:
        yield facts.refuse("five_insurances", f"缺：{'、'.join(i.label for i in missing)}。", field="insurances")
