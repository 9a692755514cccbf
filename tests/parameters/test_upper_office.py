"""Where the province's office works in the house, it alone sets the province's values; what it set is seen below and changed by nobody there (R267)."""

import pytest
from django.db import DatabaseError, transaction

from tests import city
from tests.city import TODAY
from tests.pages import page_of, signed_in
from tests.parameters.test_change_parameter import BOUNDS, DAY, proposed
from yigui.db.presence import act_as
from yigui.parameters.change_parameter import check, may_move, sign
from yigui.parameters.errors import ParameterRefused
from yigui.parameters.models import ParameterChange
from yigui.parameters.trial import order_trial, try_change
from yigui.registry.models import Agency, Area


def test_where_the_provinces_office_works_here_it_alone_sets_the_provinces_values() -> None:
    with transaction.atomic(using="owner"):
        area = Area.objects.using("owner").create(code="510000", name="四川省", level="province")
        office = Agency.objects.using("owner").create(code="51000001", name="四川省社会保险管理局", area=area)
    with pytest.raises(ParameterRefused, match="由上级四川省社会保险管理局设定"):
        proposed()
    upper = city.new_user("section_head", agency=office.pk)
    change = proposed(proposer=upper)
    assert not change.is_transcribed
    assert not may_move(change, city.user("auditor")), "internal control of the city does not examine the province's value"
    auditor, leader = city.new_user("auditor", agency=office.pk), city.new_user("director", agency=office.pk)
    trial = order_trial(change_id=change.pk, person=leader)
    try_change(trial.pk)
    trial.refresh_from_db()
    check(change_id=change.pk, controller=auditor)
    sign(change_id=change.pk, leader=leader, trial_id=trial.pk, shown=trial.digest)
    # The database itself refuses a lower office's row beneath it.
    head = city.user("head")
    with pytest.raises(DatabaseError, match="已由上级设定：参数变更"), transaction.atomic():
        act_as(head)
        ParameterChange.objects.create(
            table_name=BOUNDS, label="缴费基数上下限", area_code="511100", valid_from=DAY, valid_to=DAY, columns={"floor": "1", "ceiling": "2"},
            source="市里的文件", published_on=TODAY, reason="市里另定", proposed_on=TODAY, is_transcribed=False, proposed_by=head,
        )  # fmt: skip
    page = page_of(signed_in("head").get("/parameters/?words=缴费基数上下限&day=2026-12-05"))
    assert "4700" in page
    assert "上级设定" in page
