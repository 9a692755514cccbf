"""The grade a resident pays for the pension (缴费档次): recorded under the warrant of the case in which it was chosen."""

from yigui.levy.enums import BillKind
from yigui.levy.models import Bill, ResidentGrade
from yigui.registry.enums import AAE140, Insurance
from yigui.registry.models import Person


def grade_in_force(person: Person, year: int) -> ResidentGrade | None:
    """The grade on record that holds in a year: the newest row of those that do; None where none was ever chosen here."""
    return ResidentGrade.objects.filter(person=person, start_year__lte=year).order_by("-id").first()


def record_grade(*, person: Person, grade_fen: int, start_year: int, subsidy_group: str, reason: str) -> ResidentGrade:
    """Record a grade (fen a year) from a year on; rows before it stay and give way to it.

    Args:
        subsidy_group: as stated (代缴或补贴人员类别), "" where it was not.
    """
    return ResidentGrade.objects.create(
        person=person, grade_fen=grade_fen, start_year=start_year, subsidy_group=subsidy_group, reason=reason
    )


def choose_grade(*, person: Person, grade_fen: int, year: int) -> None:
    """Record the grade a resident chose when paying for a year, where it is another than that on record.

    Whether the government pays for the person was not asked, so what was stated before stays.
    """
    known = grade_in_force(person, year)
    if known is None or known.grade_fen != grade_fen:
        group = known.subsidy_group if known is not None else ""
        record_grade(person=person, grade_fen=grade_fen, start_year=year, subsidy_group=group, reason="payment")


def is_of_year(bill: Bill, year: int) -> bool:
    """Whether a bill is one of the residents' pension for a year, out of a plan or a case."""
    number = AAE140[Insurance.RESIDENT_PENSION]
    return bill.kind == BillKind.RESIDENT and bill.insurance == number and bill.start_period // 100 == year
