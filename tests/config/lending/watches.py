"""What happened in this room and must become somebody's work."""

import datetime as dt

from lending.models import Loan

from yigui.tasks.open_task import open_task
from yigui.tasks.people import agency_of_area
from yigui.tasks.references import Reference


def look_for_loans_of_nothing(today: dt.date) -> int:
    """Loans without a title: somebody asks the borrower; gives how many."""
    found = Loan.objects.filter(title="").select_related("person").order_by("id")[:100]
    for loan in found:
        area = loan.person.area_id
        open_task(
            kind="loan_of_nothing", origin=Reference("lending_loan", loan.pk), note=f"第 {loan.pk} 号借阅没有书名。",
            agency=agency_of_area(area), area_code=area, today=today, person=loan.person,
        )  # fmt: skip
    return len(found)
