"""Drafts (草稿): what a teller has typed is kept at every change, and handed in under the draft's own token."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from yigui.casework.models import Case, Draft
from yigui.common.errors import NotFound
from yigui.db.presence import be_present
from yigui.db.rows import row_where
from yigui.identity.models import UnitLogin
from yigui.registry.models import Employer, Person
from yigui.staff.models import User


class DraftNotFound(NotFound):
    code = "casework.draft_not_found"


@transaction.atomic
def open_draft(
    *,
    user: User,
    item_code: str,
    login: UnitLogin | None = None,
    applicant: Person | None = None,
    form: dict[str, Any],
    person: Person | None = None,
    employer: Employer | None = None,
    case: Case | None = None,
    materials: dict[str, Any] | None = None,
) -> Draft:
    """Begin a form; `case` is the returned case it corrects, `materials` what is handed in already, by code.

    A teller is present meanwhile: the form is of the visitor at their desk (`visits_begin_form_v1`).
    """
    if login is None and applicant is None:
        be_present(user)
    return Draft.objects.create(
        token=uuid.uuid4(),
        user=user,
        login=login,
        applicant=applicant,
        item_code=item_code,
        person=person,
        employer=employer,
        case=case,
        form=form,
        materials=materials or {},
    )


def my_draft(user: User, token: uuid.UUID, login: UnitLogin | None = None, applicant: Person | None = None) -> Draft:
    """The user's own draft, or that of an operator or a person outside.

    Raises:
        DraftNotFound: not there, or somebody else's.
    """
    own = "token = %s AND user_id = %s AND coalesce(login_id, 0) = %s AND coalesce(applicant_id, 0) = %s"
    draft = row_where(Draft, own, token, user.pk, login.pk if login else 0, applicant.pk if applicant else 0)
    if draft is None:
        raise DraftNotFound("该草稿不存在或已提交，请在“我的办件”中查看。")
    if login is not None and draft.employer_id == login.employer_id:
        draft.employer = login.employer
    return draft


#: Open pages and versions of a draft that are remembered.
_PAGES_MAX, _VERSIONS_MAX = 6, 12
#: People whom numbers typed into a draft have told of that are remembered.
_TOLD_MAX = 40


@dataclass(frozen=True)
class OtherPage:
    """A field that another page of the same draft has changed since this one read it: `theirs` is what stands there now, or stood there
    when both were changed (`is_overruled`: this page's was typed later and is kept)."""

    name: str
    theirs: Any
    mine: Any
    is_overruled: bool


@transaction.atomic
def keep_form(
    draft: Draft, form: dict[str, Any], *, page: str = "", version: int | None = None, untyped: Collection[str] = ()
) -> list[OtherPage]:  # fmt: skip
    """Keep what was typed, field by field (按栏保存): what this page did not touch stays as another page left it. Materials are left as they are.

    Args:
        page: which open page sends it; "" for one that says nothing of itself, whose form is kept as it is.
        version: of the draft, when the page was shown.
        untyped: fields that a list of their own fills: they stay as they stand now, whatever the page has read of them.

    Returns:
        Fields that another page has changed, for this one to be told; `draft` then has what is kept.
    """
    locked = Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    form = {name: value for name, value in form.items() if name not in untyped}
    form |= {name: locked.form[name] for name in untyped if name in locked.form}
    pages, forms = dict(locked.seen.get("pages", {})), dict(locked.seen.get("forms", {}))
    read = pages.pop(page, None) or forms.get(str(version)) or (locked.form if version == locked.version else None)
    merged, told = dict(form), list[OtherPage]()
    if page and read is not None:
        merged, told = _merged(locked.form, read, form)
    if page:
        pages = dict([*pages.items(), (page, form)][-_PAGES_MAX:])
    if merged != locked.form:
        forms = dict([*forms.items(), (str(locked.version), locked.form)][-_VERSIONS_MAX:])
        locked.version += 1
    locked.form, locked.seen = merged, {**locked.seen, "pages": pages, "forms": forms}
    locked.save(update_fields=["form", "version", "seen", "updated_at"])
    draft.form, draft.version, draft.seen = locked.form, locked.version, locked.seen
    return told


def told_in(draft: Draft) -> list[str]:
    """Whom numbers typed into a draft have told of so far: registered persons by their key, others by the number."""
    return list(draft.seen.get("told", []))


@transaction.atomic
def keep_told(draft: Draft, whose: str) -> None:
    """Keep that a number has told of somebody, so that it tells, and is recorded, once."""
    locked = Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    told = [other for other in told_in(locked) if other != whose]
    locked.seen = {**locked.seen, "told": [*told, whose][-_TOLD_MAX:]}
    locked.save(update_fields=["seen", "updated_at"])
    draft.seen = locked.seen


@transaction.atomic
def keep_list(
    draft: Draft,
    values: dict[str, Any],
    *,
    verdict: dict[str, Any],
    returned: list[dict[str, Any]],
    aside: int,
    replaced: int,
    lines_in: int,
) -> None:
    """Keep the list of a form with what was found of its rows, and beside the draft those that came back: there when its page is opened again.

    Args:
        values: fields of the form; `base_rows` are the rows it takes.
        aside, replaced: how many rows were no data, and how many gave way to a later row of the same person.
        lines_in: rows that were read; the database refuses a list that keeps more or fewer in its form, beside it and in these counts.
    """
    locked = Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    forms = dict([*locked.seen.get("forms", {}).items(), (str(locked.version), locked.form)][-_VERSIONS_MAX:])
    locked.version += 1
    locked.form = {**locked.form, **values}
    kept = {"forms": forms, "returned": returned, "verdict": verdict, "aside": aside, "replaced": replaced}
    locked.seen, locked.lines_in = {**locked.seen, **kept}, lines_in
    locked.save(update_fields=["form", "version", "seen", "lines_in", "updated_at"])
    draft.form, draft.version, draft.seen, draft.lines_in = locked.form, locked.version, locked.seen, locked.lines_in


def list_counts(draft: Draft) -> tuple[int, int]:
    """How many rows of a draft's list were no data, and how many gave way to a later row of the same person."""
    return int(draft.seen.get("aside", 0)), int(draft.seen.get("replaced", 0))


def list_verdict(draft: Draft) -> dict[str, Any] | None:
    """What was found of the rows of the list when they came in; None where there is none."""
    return draft.seen.get("verdict")


def returned_rows(draft: Draft) -> list[dict[str, Any]]:
    """Rows of the last list that came back, as they were sent, each with its reason."""
    rows: list[dict[str, Any]] = draft.seen.get("returned", [])
    return rows


def _merged(now: dict[str, Any], read: dict[str, Any], sent: dict[str, Any]) -> tuple[dict[str, Any], list[OtherPage]]:
    """What stands now with what a page has changed since it read the form, and the fields another page changed."""
    merged, told = dict(now), list[OtherPage]()
    for name, mine in sent.items():
        theirs = now.get(name)
        if _same(mine, theirs):
            continue
        is_touched = not _same(mine, read.get(name))
        if is_touched:
            merged[name] = mine
        if not _same(theirs, read.get(name)):
            told.append(OtherPage(name, theirs, mine, is_touched))
    return merged, told


def _same(one: Any, other: Any) -> bool:
    """Whether two raw values say the same: an empty field is empty however it is written."""
    return _plain(one) == _plain(other)


def _plain(value: Any) -> Any:
    if value in (None, "", [], False):
        return ""
    return [str(v) for v in value] if isinstance(value, list) else str(value)


def drop_draft(draft: Draft) -> None:
    """Throw a draft away, or clear it off when its case has been handed in."""
    draft.delete()


@transaction.atomic
def set_material(draft: Draft, code: str, given: dict[str, Any] | None) -> Draft:
    """Give a material of a draft, or take it off (None). Locked, because several uploads may arrive at once."""
    locked = Draft.objects.select_for_update(of=("self",)).select_related("person", "employer", "case").get(pk=draft.pk)
    if given is None:
        locked.materials.pop(code, None)
    else:
        locked.materials[code] = given
    locked.save(update_fields=["materials", "updated_at"])
    return locked


def drafts_of(user: User, login: UnitLogin | None = None, applicant: Person | None = None) -> QuerySet[Draft]:
    """The user's drafts, or those of an operator or a person outside."""
    drafts = Draft.objects.filter(user=user)
    if login is not None:
        return drafts.filter(login=login)
    if applicant is not None:
        return drafts.filter(applicant=applicant)
    return drafts.filter(login=None, applicant=None)


def my_drafts(user: User, login: UnitLogin | None = None, applicant: Person | None = None) -> list[Draft]:
    """The newest ten of them."""
    return list(drafts_of(user, login, applicant).select_related("person", "employer").order_by("-updated_at")[:10])
