"""Confirming a merge of agencies (机构合并) with the work that lies there: tasks move, cases stay where they were accepted.

A case keeps its number and the agency that accepted it; whoever goes on with that agency (`Agency.successor`) finds its steps, may act
on the floor and take its corrections up. So nothing that was signed is rewritten.
"""

from django.db import transaction

from yigui.staff.merge_agencies import carry_out_merge
from yigui.staff.models import AgencyMerge, User
from yigui.tasks.move_tasks import move_tasks


@transaction.atomic
def confirm_merge(*, merge_id: int, administrator: User) -> tuple[AgencyMerge, int]:
    """Confirm a merge; gives it and how many unfinished tasks moved.

    Raises:
        NotAuthorised, RequestMoved, OrganisationRefused: see `carry_out_merge`; nothing has moved then.
    """
    merge = carry_out_merge(merge_id=merge_id, administrator=administrator)
    return merge, move_tasks(merge.merged, merge.into, note=f"{merge}（{merge.reason}）。")
