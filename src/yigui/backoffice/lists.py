"""What every list has beside its rows (清单): views that are kept, and what is taken along."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from yigui.common.errors import NotFound, YiguiError
from yigui.shell.lists import Listing, listing_of, said_in
from yigui.shell.refused import refusal_said
from yigui.staff.errors import NotAuthorised
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.staff.saved_views import QUERY_MAX, drop_view, save_view
from yigui.tasks.exports import ask_export
from yigui.tasks.list_exports import export_code


def _of(request: OfficerRequest, code: str) -> Listing:
    """A list that somebody may open.

    Raises:
        NotFound: there is none. NotAuthorised: it is not for their post.
    """
    found = listing_of(code)
    if found is None:
        raise NotFound("没有这个清单，请从菜单重新打开。")
    if not has_page_right(request.user, found.right):
        raise NotAuthorised(f"“{found.title}”不在您的岗位权限内。")
    return found


def _back(listing: Listing, query: str) -> HttpResponse:
    return redirect(f"{reverse(listing.page)}?{query}")


@require_POST
@page_right("inbox")
def keep_view(request: OfficerRequest, code: str) -> HttpResponse:
    """Keep what is asked of a list under a name."""
    listing, query = _of(request, code), request.POST.get("query", "")[: QUERY_MAX + 1]
    try:
        saved = save_view(user=request.user, listing=listing.code, name=request.POST.get("name", ""), query=query)
        messages.success(request, f"已存为视图“{saved.name}”。")
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
    return _back(listing, query)


@require_POST
@page_right("inbox")
def forget_view(request: OfficerRequest, code: str, number: int) -> HttpResponse:
    """Delete a view of one's own."""
    listing = _of(request, code)
    gone = drop_view(user=request.user, number=number)
    messages.success(request, f"视图“{gone.name}”已删除。")
    return _back(listing, "")


@require_POST
@page_right("exports")
def export_list(request: OfficerRequest, code: str) -> HttpResponse:
    """Ask for a list as it is filtered, with the purpose; what is then taken stands under the exports."""
    listing, query = _of(request, code), request.POST.get("query", "")[: QUERY_MAX + 1]
    try:
        asked = said_in(listing, QueryDict(query).dict())
        made = ask_export(user=request.user, kind=export_code(listing), parameters=asked, reason=request.POST.get("reason", ""))
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return _back(listing, query)
    messages.success(request, f"已登记导出编号 {made.pk}，共 {made.rows} 行，请在下方下载。")
    return redirect("backoffice:exports")
