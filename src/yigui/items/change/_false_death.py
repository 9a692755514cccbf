"""A death report taken back because the person lives (误报死亡更正): by a class-1 case, never by deleting; held months are paid, recoveries are lifted.

The person comes to the window; the proof is public security's. What partners reported stays as it was received, with the withdrawal beside it.
Where the house had already ended the pension and paid grants, the pension waits for its account to be confirmed (PEN-007), and what the
heirs were paid is claimed back.
"""

from yigui.casework.handlers import FollowUp
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import add_months, period_of
from yigui.common.normalise import plain_name
from yigui.entitlement.award import end_benefit, owe_back, reopen_after_death
from yigui.entitlement.enums import BenefitKind, BenefitStatus
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import benefits_of, claims_of_death, claims_without_death, death_of, deaths_in_force
from yigui.entitlement.recover import lift_recovery
from yigui.exchange.withdraw_death import withdraw_death
from yigui.items.change.facts import ChangeFacts
from yigui.payment.queries import paid_after, still_due
from yigui.registry.enums import LifeStatus
from yigui.registry.models import Person
from yigui.registry.persons import change_person

#: What stands in the form before and after, as pages say it; and the words that mean it.
LIVING = LifeStatus.ALIVE.label
_MEAN_LIVING = frozenset({LIVING, "生存", "在世"})


def is_living(text: str) -> bool:
    """Whether what was typed says that the person lives."""
    return plain_name(text) in _MEAN_LIVING


def shown_life(person: Person) -> str:
    """Whether the person counts as alive, in words: the day of the death that is reported or registered."""
    death = death_of(person)
    if death is not None:
        return f"{death.died_on} 死亡"
    if person.life_status == "02":
        return "死亡"
    return "死亡信息追回未撤销" if claims_without_death(person) else LIVING


def held_fen(facts: ChangeFacts) -> int:
    """What is set free: the months of monthly benefits, since the reported death, that were not paid, fen."""
    person = facts.person
    if person is None:
        return 0
    now, total = period_of(facts.today), 0
    for benefit in benefits_of(person):
        if benefit.kind < BenefitKind.FUNERAL and benefit.status in (BenefitStatus.ACTIVE, BenefitStatus.ENDED):
            total += still_due(benefit, benefit.start_period, now, run=now)
    return total


def take_back_death(facts: ChangeFacts, case: Case, person: Person) -> tuple[list[str], list[FollowUp]]:
    """Withdraw every report in force, set the record right, pay on; gives notes for the sheet and what is left to do."""
    records = deaths_in_force(person)
    # One of each day: with it every report of that day is withdrawn.
    for record in {record.died_on: record for record in reversed(records)}.values():
        withdraw_death(record=record, person=person, case_id=case.pk)
    if person.life_status == "02":
        change_person(person=person, values={"life_status": "01"})
    notes = [f"{record.died_on} 的死亡信息（{record.pk} 号）已更正为误报。" for record in records]
    follow_ups: list[FollowUp] = []
    for benefit in benefits_of(person):
        if benefit.kind < BenefitKind.FUNERAL:
            notes += _paid_on(case, person, benefit)
        else:
            follow_ups += _to_be_paid_back(case, benefit)
    if follow_ups:
        notes.append("已发给遗属的待遇列入追回。")
    return notes, follow_ups


def _paid_on(case: Case, person: Person, benefit: Benefit) -> list[str]:
    """A monthly benefit goes on: recoveries of months after the death that was none are lifted, held months follow with the next run."""
    _lift(case, benefit)
    if benefit.status == BenefitStatus.ACTIVE:
        owe_back(benefit, start=benefit.start_period)
        return [f"{benefit.get_kind_display()}恢复发放，拦截的月份随下一批次补发。"]
    if benefit.status == BenefitStatus.ENDED and benefit.status_reason == "死亡":
        reopen_after_death(benefit=benefit, person=person)
        return [f"{benefit.get_kind_display()}转为暂停，请本人确认账户，办理待遇恢复（PEN-007）后补发。"]
    return []


def _lift(case: Case, benefit: Benefit) -> None:
    """Recoveries that rest on the death, by a run or by the case of the heirs, are none."""
    for recovery, left in claims_of_death(benefit):
        lift_recovery(recovery=recovery, amount_fen=left, case_id=case.pk)


def _to_be_paid_back(case: Case, benefit: Benefit) -> list[FollowUp]:
    """A grant after the death that was none: not paid any more, and what was paid is somebody's work to claim."""
    _lift(case, benefit)
    paid = sum(fen for _, fen in paid_after(benefit, 0))
    if benefit.status != BenefitStatus.ENDED and not paid:
        end_benefit(benefit=benefit, last_period=add_months(benefit.start_period, -1), reason="误报死亡更正")
    if not paid:
        return []
    words = f"误报死亡已更正，{benefit.get_kind_display()}已发 {format_fen(paid)} 元，请向领取人发出退回告知并登记追回。"
    return [FollowUp("recovery", words, paid)]
