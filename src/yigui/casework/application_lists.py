"""Lists of applications (名单): what an employer sent for many people at once, judged row by row, and what became of each row."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from yigui.casework.models import ApplicationList
from yigui.db.presence import be_present
from yigui.identity.models import UnitLogin
from yigui.registry.models import Employer
from yigui.staff.models import User


@transaction.atomic
def keep_list(
    *, user: User, login: UnitLogin | None, employer: Employer, item_code: str, file_name: str, rows: Sequence[Mapping[str, Any]],
    papers: Mapping[str, int],
) -> ApplicationList:  # fmt: skip
    """Keep a judged list under a new token; `papers` are the papers handed in with it, code of the material -> paper."""
    be_present(login or user)
    return ApplicationList.objects.create(
        token=uuid.uuid4(), user=user, login=login, employer=employer, item_code=item_code, file_name=file_name[:200],
        rows=list(rows), papers=dict(papers),
    )  # fmt: skip


def keep_rows(kept: ApplicationList) -> ApplicationList:
    """Store what became of the rows."""
    kept.save(update_fields=["rows"])
    return kept


@transaction.atomic
def keep_papers(kept: ApplicationList, papers: Mapping[str, int], by: User | UnitLogin) -> ApplicationList:
    """Store papers that were handed in after the list, with what became of its rows."""
    be_present(by)
    kept.papers = {**kept.papers, **papers}
    kept.save(update_fields=["papers", "rows"])
    return kept
