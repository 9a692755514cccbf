"""Change of a person's key information (个人关键信息变更), class 1."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from yigui.accounts.models import ACCOUNT_INSURANCES
from yigui.accounts.open_accounts import seal_accounts
from yigui.casework.errors import refusal
from yigui.casework.findings import Finding
from yigui.casework.handlers import FollowUp, Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.declarations import catalogue
from yigui.common.identifiers import is_identity_number, read_citizen_number, widen_citizen_number
from yigui.common.months import format_period
from yigui.common.normalise import is_name, plain_name, read_day, same_name
from yigui.entitlement.queries import monthly_benefit
from yigui.items.change._double_change import locks_after
from yigui.items.change._false_death import LIVING, held_fen, is_living, shown_life, take_back_death
from yigui.items.change.facts import ChangeFacts
from yigui.items.common.base import ItemHandler, item, needed_person
from yigui.items.common.checks import check
from yigui.items.common.checks.dates import YOUNGEST, birth_findings, first_day_of_work, not_ahead, number_findings, young_findings
from yigui.items.common.facts import Facts
from yigui.law.retirement_age import latest_retirement_month
from yigui.levy.doubled import DoubledYear, years_on_both
from yigui.registry.merging import held_by, merge_persons
from yigui.registry.models import Employer, Person
from yigui.registry.persons import change_person, overlap_of
from yigui.registry.queries import first_employed_period, is_person_no, person_by_number

#: Key items of a person (个人关键信息): 姓名 01, 证件 02, 性别 03, 出生日期 04, 参加工作日期 05, 重复档案合并 06, 生存状态 07.
NAME, NUMBER, GENDER, BIRTH, WORK_START, MERGE, LIFE = "01", "02", "03", "04", "05", "06", "07"

COLUMN = {NAME: "name", NUMBER: "id_number", GENDER: "gender", BIRTH: "born_on", WORK_START: "work_started_on"}
#: Years on both records that a sentence names.
_SHOWN_MAX = 20
_GENDERS = {"1": "男", "2": "女", "9": "未说明"}


def shown_key(person: Person, change_item: str) -> str:
    """The person's present value of a key item, in words; of a merge the person's own number."""
    if change_item == MERGE:
        return person.id_number
    if change_item == LIFE:
        return shown_life(person)
    value = getattr(person, COLUMN[change_item])
    if change_item == GENDER:
        return _GENDERS.get(value, value)
    return value.isoformat() if isinstance(value, dt.date) else value or ""


def stored_key(change_item: str, text: str) -> Any:
    """The value to store for what was typed; None when it cannot be read."""
    plain = text.strip()
    if change_item in (BIRTH, WORK_START):
        try:
            return read_day(plain)
        except ValueError:
            return None
    if change_item == LIFE:
        return LIVING if is_living(plain) else None
    if change_item == GENDER:
        return plain if plain in _GENDERS else next((c for c, label in _GENDERS.items() if label == plain), None)
    if change_item in (NUMBER, MERGE):
        return widen_citizen_number(plain)
    name = plain_name(plain)
    return name if is_name(name) else None


#: What is to be written for the new value, by what is changed.
_HINTS = {
    BIRTH: "日期请按 1985-03-20 的形式填写。", WORK_START: "日期请按 1985-03-20 的形式填写。", LIFE: f"更正误报的死亡信息请填“{LIVING}”。",
    MERGE: "请填写要并入本档案的另一份档案的证件号码（社会保障号码）。",
}  # fmt: skip


@item("CHG-004")
class PersonKeyInfoChange(ItemHandler[ChangeFacts]):
    """Updates name, number, gender, birth date or start of work, or merges a double record into this one."""

    writes = (
        "accounts_entry",
        "accounts_personal_account",
        "benefits_assisted_task",
        "benefits_benefit",
        "benefits_certification",
        "benefits_pre_review",
        "benefits_recovery_return",
        "contributions_base",
        "exchange_death_withdrawal",
        "registry_coverage",
        "registry_employment",
        "registry_person",
    )
    changes_keys = True
    own_record = (*COLUMN.values(), "pinyin", "life_status", "merged_into_id", "retired_on")
    #: A merged record's relations and bases go over to the kept one, whatever employer they are with.
    elsewhere = ("person_id",)
    other_records = ("new_value",)
    optional_materials = ("power_of_attorney", "agent_id_card")

    def old_value(self, change_item: str, *, person: Person | None, employer: Employer | None) -> str | None:
        return shown_key(person, change_item) or "（空）" if person is not None and change_item else None

    def hints(self, typed: Mapping[str, Any]) -> Mapping[str, str]:
        hint = _HINTS.get(typed.get("change_item", ""))
        return {"new_value": hint} if hint else {}

    def materials_needed(self, facts: ChangeFacts) -> list[str]:
        """The proof and the file by the kind of change; an agent brings his own card and a power of attorney.

        The proof of public security is not asked for where its shared data already agree (`police_agrees`).
        """
        needed = super().materials_needed(facts)
        if facts["change_item"] in (BIRTH, WORK_START):
            needed.append("personnel_file")
        if facts["change_item"] == LIFE:
            needed.append("identity_change_proof")
        if facts["change_item"] == MERGE and identity_differs(facts.person, doubled_of(facts)):
            needed.append("identity_change_proof")
        if facts["agent_name"] or facts["agent_id"]:
            needed += ["agent_id_card", "power_of_attorney"]
        return needed

    def check(self, facts: ChangeFacts) -> list[Finding]:
        person, wanted = facts.person, facts["change_item"]
        if person is None:
            return [Finding("person_known", "未查询到该社会保障号码的参保人，请核对号码。", field="id_number")]
        new = stored_key(wanted, facts["new_value"])
        if new is None:
            hint = _HINTS.get(wanted, "请核对后重新录入。")
            return [Finding("value_format", "变更后信息无法识别。", detail=hint, field="new_value")]
        findings = super().check(facts)
        if not same_name(person.name, facts["person_name"]):
            findings.append(Finding("identity_match", "姓名与参保登记不一致，请核对。", field="person_name"))
        if facts["old_value"] != (shown_key(person, wanted) or "（空）"):
            findings.append(Finding("old_value", f"变更前信息应为登记内容“{shown_key(person, wanted)}”。", field="old_value"))
        if new == (shown_key(person, wanted) if wanted in (MERGE, LIFE) else getattr(person, COLUMN[wanted])):
            findings.append(Finding("value_changed", "变更后内容与原内容相同。", field="new_value"))
        if wanted == MERGE:
            findings += self._merge_findings(person, str(new))
        elif wanted not in (NAME, LIFE):
            findings += _implausible(person, wanted, new, facts)
        return findings

    @staticmethod
    def _merge_findings(kept: Person, number: str) -> list[Finding]:
        """What stands against taking another record in: nobody has it, months overlap, or money would be left behind on it."""
        doubled = person_by_number(number)
        if doubled is None:
            hint = f"{number} 是个人编号，{_HINTS[MERGE]}" if is_person_no(number) else "请核对号码。"
            return [Finding("merge_known", f"未查询到要并入的档案 {number}。", detail=hint, field="new_value")]
        if doubled.pk == kept.pk:
            return [Finding("merge_known", f"{number} 就是 {kept.name} 本人的号码或已并入本档案，无须合并。", field="new_value")]
        overlap = overlap_of(kept=kept, doubled=doubled)
        if overlap is not None:
            return [Finding("merge_overlap", overlap.message, field="new_value")]
        if held := held_by(doubled):
            words = f"要并入的档案（{doubled.person_no}）有{'、'.join(held)}，合并不移转这些记录。"
            hint = "请保留有记录的一份，将另一份并入；未办结的办件和任务先办结；两份都有的，先办理个人账户退费（ACC-003）或退费（LVY-011）。"
            return [Finding("merge_money", words, detail=hint, field="new_value")]
        if two_pensions(kept, doubled):
            words = "两份档案都有未终止的按月待遇，请先核实并终止重复领取的一份，再办理合并。"
            return [Finding("merge_benefits", words, field="new_value")]
        found = []
        if years := years_on_both(kept, doubled):
            words = f"两份档案的同一年度都有缴费月数：{_years_in_words(years)}。"
            hint = "请核对各年的月份；每个月只计一次、每年最多计 12 个月，个人账户金额全部保留，重复缴费的个人部分合并后另行办理退费（ACC-003）。"
            found.append(Finding.reminder("merge_doubled", words, detail=hint, field="new_value"))
        if differs := identity_differs(kept, doubled):
            words = (
                f"两份档案的{'、'.join(differs)}不同：{doubled.name}，{doubled.born_on} 出生；{kept.name}，{kept.born_on} 出生。"
            )
            hint = "须有公安机关出具的同一人证明；确认是同一人的，可以继续。"
            found.append(Finding.reminder("merge_identity", words, detail=hint, field="new_value"))
        return found

    @property
    def decides_amount(self) -> dict[str, Any]:
        return {"change_item": LIFE}

    def amount_fen(self, facts: ChangeFacts) -> int | None:
        """Of a death report taken back: the months it holds back."""
        return held_fen(facts) if facts["change_item"] == LIFE else None

    def preview(self, facts: ChangeFacts) -> list[PreviewLine]:
        person = needed_person(facts)
        label = catalogue().enums["person_key_item"][facts["change_item"]]
        lines = [PreviewLine(label, shown_key(person, facts["change_item"]), facts["new_value"])]
        before = latest_retirement_month(person.gender, person.born_on)
        after = latest_retirement_month(*self._gender_and_birth(person, facts))
        # Of somebody who has retired it is decided, by a group that nobody estimates any more.
        if before != after and not person.is_retired:
            lines.append(PreviewLine("最晚法定退休年月（推算）", format_period(before), format_period(after)))
        if person.is_retired:
            lines.append(PreviewLine("已领待遇", str(person.retired_on), "办结后列入待遇复核"))
        return lines

    @staticmethod
    def _gender_and_birth(person: Person, facts: ChangeFacts) -> tuple[str, dt.date]:
        new = stored_key(facts["change_item"], facts["new_value"])
        gender = str(new) if facts["change_item"] == GENDER else person.gender
        return gender, new if facts["change_item"] == BIRTH else person.born_on

    def apply(self, facts: ChangeFacts, case: Case) -> Outcome:
        person, wanted = needed_person(facts), facts["change_item"]
        label = catalogue().enums["person_key_item"][wanted]
        before, new = shown_key(person, wanted), stored_key(wanted, facts["new_value"])
        if facts["old_value"] not in (before, before or "（空）"):
            raise refusal(f"{label}的登记内容现为“{before}”，与受理时不同，请退回补正。")
        notes: list[str] = []
        repayments: list[FollowUp] = []
        doubled: Person | None = None
        if wanted == LIFE:
            notes, repayments = take_back_death(facts, case, person)
        elif wanted == MERGE:
            doubled = person_by_number(str(new))
            if doubled is None:
                raise refusal(f"未查询到要并入的档案 {new}。")
            years = years_on_both(person, doubled)
            moved = merge_persons(kept=person, doubled=doubled)
            if doubled.retired_on and not person.retired_on:
                change_person(person=person, values={"retired_on": doubled.retired_on})
            seal_accounts(person=doubled, insurances=ACCOUNT_INSURANCES)
            notes.append(
                f"个人编号 {doubled.person_no} 的档案已并入，移转参保、用工、基数、账户和待遇记录 {moved} 条，缴费记录合并计算。"
            )
            if years:
                surplus = sum(y.surplus for y in years)
                notes.append(f"同一年度只计一次：{_years_in_words(years)}；重复 {surplus} 个月，个人账户金额全部保留。")
                notes.append(
                    "重复缴费的个人部分由参保人凭缴费凭证办理多重养老保险关系个人账户退费（ACC-003）。"
                    if surplus
                    else "没有重复月份。"
                )
        else:
            change_person(person=person, values={COLUMN[wanted]: new})
            if wanted == NUMBER:
                citizen = read_citizen_number(str(new))
                if citizen is not None and citizen.born_on != person.born_on:
                    notes.append(f"新号码所载出生日期为 {citizen.born_on}，与登记的 {person.born_on} 不同；如需更正请另行申请。")
        person.refresh_from_db()
        if not person.is_retired:
            month = latest_retirement_month(person.gender, person.born_on)
            notes.append(f"按现登记信息推算的最晚法定退休年月：{format_period(month)}。")
        locks = locks_after(case, person, doubled=doubled)
        follow_ups = [*repayments, *locks]
        if locks:
            notes.append("关键信息先后变更，已转稽核核实，核实解除前不再办理一类业务。")
        if person.is_retired:
            notes.append("该人员已领取待遇，已列入待遇复核。")
            changed = f"{label}由“{before}”变更为“{facts['new_value']}”"
            form = {"PEN-009": {"reason": f"{changed}（办件 {case.case_no}）"}}
            follow_ups.append(FollowUp("benefit_review", f"{changed}，复核已领待遇。", form=form))
        return Outcome(
            summary=f"{person.name} 的{label}已变更。",
            lines=[("个人编号", person.person_no), ("变更原因", catalogue().enums["person_key_reason"][facts["change_reason"]])],
            sections=[{"title": "变更内容", "head": ["项目", "变更前", "变更后"], "rows": [[label, before, facts["new_value"]]]}],
            notes=notes,
            follow_ups=follow_ups,
            person=person,
        )


def _years_in_words(years: list[DoubledYear]) -> str:
    """The first of the years that stand on both records, and how many more there are."""
    more = f" 等 {len(years)} 个年度" if len(years) > _SHOWN_MAX else ""
    return "、".join(y.words for y in years[:_SHOWN_MAX]) + more


def doubled_of(facts: ChangeFacts) -> Person | None:
    """The record a merge takes in."""
    return person_by_number(facts["new_value"]) if facts["change_item"] == MERGE and facts["new_value"] else None


def identity_differs(kept: Person | None, doubled: Person | None) -> list[str]:
    """What tells two records apart that are said to be one person's, in words."""
    if kept is None or doubled is None:
        return []
    told = (
        ("姓名", kept.name == doubled.name),
        ("出生日期", kept.born_on == doubled.born_on),
        ("性别", kept.gender == doubled.gender),
    )
    return [label for label, same in told if not same]


def two_pensions(kept: Person, doubled: Person) -> bool:
    """Whether both records draw a monthly benefit that has not ended."""
    return monthly_benefit(kept) is not None and monthly_benefit(doubled) is not None


def _implausible(person: Person, wanted: str, new: Any, facts: ChangeFacts) -> Iterator[Finding]:
    """What the new value contradicts: the calendar, the number, the first work. What may be true all the same is asked."""
    label = catalogue().enums["person_key_item"][wanted]
    first_work = first_day_of_work(person.work_started_on, first_employed_period(person))
    if wanted in (BIRTH, WORK_START):
        ahead = list(not_ahead(new, facts.today, label=label, field="new_value"))
        if ahead:
            yield from ahead
        elif wanted == BIRTH:
            yield from birth_findings(new, first_work=first_work, youngest=facts.condition(YOUNGEST), field="new_value")
            yield from number_findings(new, person.id_number, field="new_value")
        elif new <= person.born_on:
            sentence = f"{label} {new} 不晚于出生日期 {person.born_on}。"
            yield Finding("date_plausible", sentence, detail="请核对后重新录入。", field="new_value")
        else:
            yield from young_findings(person.born_on, new, youngest=facts.condition(YOUNGEST), field="new_value")
    elif wanted == NUMBER:
        yield from number_findings(person.born_on, str(new), field="new_value")
    elif wanted == GENDER and (citizen := read_citizen_number(person.id_number)) is not None and citizen.gender != new:
        said = _GENDERS[citizen.gender]
        yield Finding.reminder(
            "gender_not_of_number", f"性别“{_GENDERS[new]}”与身份证号码所载的“{said}”不一致。",
            detail="请核对证件和材料；确认以所填性别登记的，可以继续。", field="new_value",
        )  # fmt: skip


@check("number_not_used")
def number_not_used(facts: Facts) -> Iterator[Finding]:
    """The new number is not used by another person."""
    if facts["change_item"] != NUMBER:
        return
    number = widen_citizen_number(facts["new_value"])
    if not is_identity_number(facts.person.id_type if facts.person else "01", number):
        yield Finding("number_not_used", "新证件号码校验未通过，请核对后重新录入。", field="new_value")
        return
    other = person_by_number(number)
    if other is not None and other != facts.person:
        yield facts.refuse("number_not_used", f"占用该号码的个人编号：{other.person_no}。", field="new_value")


@check("police_agrees")
def police_agrees(facts: Facts) -> Iterator[Finding]:
    """The new identity agrees with public security data, or a proof is attached."""
    wanted = facts["change_item"]
    if wanted not in (NAME, NUMBER, GENDER, BIRTH) or "identity_change_proof" in facts.given:
        return
    number = widen_citizen_number(facts["new_value"]) if wanted == NUMBER else facts["id_number"]
    record = facts.partners.identity(number)
    told = {
        NAME: record.name if record else "", NUMBER: record.id_number if record else "",
        GENDER: record.gender if record else "", BIRTH: record.born_on.isoformat() if record else "",
    }[wanted]  # fmt: skip
    new = number if wanted == NUMBER else _plain_gender(facts["new_value"])
    if told != new:
        yield facts.refuse("police_agrees", "请上传公安机关出具的身份信息变更证明。", field="new_value", source="公安人口信息")


def _plain_gender(value: str) -> str:
    return {"男": "1", "女": "2"}.get(value.strip(), value.strip())


@check("file_earliest")
def file_earliest(facts: Facts) -> Iterator[Finding]:
    """A change of birth date or of the start of work follows the earliest record in the personnel file.

    Source: 劳社部发〔1999〕8号 二（二）.
    """
    if facts["change_item"] in (BIRTH, WORK_START) and "personnel_file" not in facts.given:
        yield facts.refuse("file_earliest", "请上传职工人事档案中最早记载的页面。", field="new_value")
