"""What somebody asks of a list again and again (常用视图): kept under a name, for themselves alone."""

from django.db import transaction

from yigui.common.errors import NotFound, YiguiError
from yigui.common.normalise import plain_text
from yigui.staff.models import SavedView, User

#: Views of one person on one list: as many as stand in a line.
VIEWS_MAX = 8
NAME_MAX, QUERY_MAX = 20, 1000


def views_of(user: User, listing: str) -> list[SavedView]:
    """Somebody's views of a list, in the order they were made."""
    return list(SavedView.objects.filter(user=user, listing=listing).order_by("id")[:VIEWS_MAX])


@transaction.atomic
def save_view(*, user: User, listing: str, name: str, query: str) -> SavedView:
    """Keep the conditions of a list under a name; the same name again holds the new ones.

    Raises:
        YiguiError: no name, too long a one, or too many views.
    """
    name = plain_text(name)
    if not 1 <= len(name) <= NAME_MAX:
        raise YiguiError(f"请给视图起一个 {NAME_MAX} 个字以内的名称。")
    if len(query) > QUERY_MAX:
        raise YiguiError("查询条件过长，不能存为视图，请减少条件。")
    User.objects.select_for_update().get(pk=user.pk)
    known = SavedView.objects.filter(user=user, listing=listing)
    if known.exclude(name=name).count() >= VIEWS_MAX:
        raise YiguiError(f"每个清单最多存 {VIEWS_MAX} 个视图，请先删除不用的视图。")
    found, _ = SavedView.objects.update_or_create(user=user, listing=listing, name=name, defaults={"query": query})
    return found


def drop_view(*, user: User, number: int) -> SavedView:
    """Delete a view of one's own.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    found = SavedView.objects.filter(user=user, pk=number).first()
    if found is None:
        raise NotFound("没有这个视图，可能已经删除，请刷新清单。")
    SavedView.objects.filter(pk=found.pk).delete()
    return found
