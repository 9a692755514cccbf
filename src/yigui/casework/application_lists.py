"""Lists of applications (名单): what an employer sent for many people at once, judged row by row, and what became of each row."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from yigui.casework.models import ApplicationList
from yigui.common.errors import YiguiError
from yigui.db.presence import be_present
from yigui.identity.models import UnitLogin
from yigui.registry.models import Employer
from yigui.staff.models import User

#: Lists of one applicant that are looked at when another one is sent, at most; older ones stay as they are.
_OPEN_MAX = 10
#: Lists of one applicant among which those are looked for whose rows have gone over, at most.
_LOOKED_AT = 50


def open_lists(*, user: User, login: UnitLogin | None, employer: Employer, item_code: str) -> list[ApplicationList]:
    """Lists of an item that somebody has sent for an employer and not handed in whole: good rows of them wait. Newest first."""
    sent = ApplicationList.objects.filter(user=user, login=login, employer=employer, item_code=item_code)
    return list(sent.filter(rows__contains=[{"state": "good"}]).order_by("-id")[:_OPEN_MAX])


def lists_before(kept: ApplicationList) -> list[ApplicationList]:
    """The lists whose waiting rows this one has taken over or put out of force, and theirs in turn: newest first, a bounded number."""
    sent = ApplicationList.objects.filter(
        user=kept.user_id, login=kept.login_id, employer=kept.employer_id, item_code=kept.item_code, pk__lt=kept.pk
    )
    # By their numbers first: rows are only read of the newest.
    same = ApplicationList.objects.filter(pk__in=list(sent.order_by("-id").values_list("pk", flat=True)[:_LOOKED_AT]))
    found: dict[int, ApplicationList] = {}
    asked = [kept]
    while asked and len(found) < _OPEN_MAX:
        of = asked.pop(0)
        rows = (
            same.filter(rows__contains=[{"state": "moved", "moved_to": str(of.token)}]).exclude(pk__in=list(found)).order_by("-id")
        )
        new = list(rows[: _OPEN_MAX - len(found)])
        found.update((one.pk, one) for one in new)
        asked += new
    return [found[pk] for pk in sorted(found, reverse=True)]


@transaction.atomic
def keep_list(
    *, user: User, login: UnitLogin | None, employer: Employer, item_code: str, file_name: str, rows: Sequence[Mapping[str, Any]],
    papers: Mapping[str, int], most: int, lines_in: int, how: str = "",
) -> ApplicationList:  # fmt: skip
    """Keep a judged list under a new token.

    Args:
        lines_in: rows the file has; the database refuses a list that keeps more or fewer.
        papers: handed in with it, code of the material -> paper.
        most: people one list holds, with those that go over into it.
        how: what becomes of rows that wait in earlier lists. `merge`: whoever the new file does not name goes over into it, with the papers and
            the place they came with; `replace`: nobody does. Either way nothing waits in the earlier ones any more. "" where there are none.

    Raises:
        YiguiError: together they are more than one list holds; nothing has gone over.
    """
    be_present(login or user)
    token = uuid.uuid4()
    earlier = open_lists(user=user, login=login, employer=employer, item_code=item_code) if how else []
    moved = _moved(earlier, rows, token=token, how=how)
    refuse_too_many(len(rows), len(moved), most)
    return ApplicationList.objects.create(
        token=token, user=user, login=login, employer=employer, item_code=item_code, file_name=file_name[:200],
        rows=[*rows, *moved], lines_in=lines_in + len(moved), papers=dict(papers),
    )  # fmt: skip


def refuse_too_many(rows: int, moved: int, most: int) -> None:
    """One list holds so many people, however they came into it.

    Raises:
        YiguiError: the rows of the file and those that would go over into it are more.
    """
    if moved and rows + moved > most:
        raise YiguiError(
            f"本次名单 {rows} 行，并入上一份名单尚未提交的 {moved} 人后共 {rows + moved} 行，超过一份名单的上限 {most} 行；本次未做任何改动。"
            "请先提交上一份名单中核对通过的人员，再上传本次名单。"
        )


def going_over(earlier: Sequence[ApplicationList], numbers: Iterable[str]) -> int:
    """How many rows of earlier lists a file that names these people would take over when it is merged with them."""
    waiting = [row["number"] for one in earlier for row in one.rows if row["state"] == "good"]
    return len(set(waiting) - {number for number in numbers if number})


def _moved(
    earlier: Sequence[ApplicationList], rows: Sequence[Mapping[str, Any]], *, token: uuid.UUID, how: str
) -> list[dict[str, Any]]:
    """Take the rows that wait out of earlier lists; gives those that go over."""
    named = {row["number"] for row in rows if row["number"]}
    gone_over: list[dict[str, Any]] = []
    locked = ApplicationList.objects.select_for_update().filter(pk__in=[one.pk for one in earlier]).order_by("-id")
    for one in locked:
        for row in one.rows:
            if row["state"] != "good":
                continue
            if how == "merge" and row["number"] not in named:
                named.add(row["number"])
                place = {
                    "key": key_of(one, row),
                    "file": row.get("file") or one.file_name,
                    "papers": papers_with(one, row),
                }
                gone_over.append({**row, **place})
            row |= {"state": "moved", "moved_to": str(token), "how": how}
        one.save(update_fields=["rows"])
    return gone_over


def key_of(kept: ApplicationList, row: Mapping[str, Any]) -> str:
    """The key under which a row is accepted: the same in every list it goes over into, so that it is accepted once."""
    return row.get("key") or f"list:{kept.token}:{row['row_no']}"


def papers_with(kept: ApplicationList, row: Mapping[str, Any]) -> dict[str, int]:
    """The papers a row came with, code -> paper: those of the list it was sent in; one that came with none has none."""
    own = row.get("papers")
    return kept.papers if own is None else own


#: What may become of a row, from state to state; the database asks the same (`casework_list_rows_v1`).
_FORWARD = frozenset({("bad", "bad"), ("bad", "good"), ("good", "done"), ("good", "bad"), ("good", "moved"), ("moved", "done")})


@transaction.atomic
def keep_rows(kept: ApplicationList, by: User | UnitLogin, *, judged: Collection[int]) -> ApplicationList:
    """Store what became of rows. What another page has done with others, or has gone further with, stays as it is.

    Args:
        by: whose list it is; the database asks that they are there.
        judged: places of the rows that something has become of here.
    """
    be_present(by)
    stored = ApplicationList.objects.select_for_update().only("rows").get(pk=kept.pk)
    kept.rows = [
        row if place in judged and (now["state"], row["state"]) in _FORWARD else now
        for place, (row, now) in enumerate(zip(kept.rows, stored.rows, strict=True))
    ]
    kept.save(update_fields=["rows"])
    return kept


@transaction.atomic
def keep_papers(
    kept: ApplicationList, papers: Mapping[str, int], by: User | UnitLogin, *, judged: Collection[int]
) -> ApplicationList:
    """Store papers that were handed in after the list, with what became of its rows."""
    keep_rows(kept, by, judged=judged)
    kept.papers = {**kept.papers, **papers}
    kept.save(update_fields=["papers"])
    return kept
