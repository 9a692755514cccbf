"""Posts by the national standard (岗位分类): class, level, holders, gaps (R311)."""

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yigui.staff.declared_posts import declared
from yigui.staff.models import Post, PostHolding, User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.scope import agencies_of, agency_choices

HOLDERS_MAX = 500


@require_GET
@page_right("posts")
def posts(request: OfficerRequest) -> HttpResponse:
    """Every post with its class and level, who holds it, and those nobody holds, in the agencies one answers for."""
    agencies = agencies_of(request.user)
    agency = request.GET.get("agency", "")
    wanted = agencies.filter(pk=agency) if agency else agencies
    holders: dict[str, list[PostHolding]] = {}
    held = (
        PostHolding.objects.filter(held_to=None, agency__in=wanted)
        .exclude(user__password="!")
        .select_related("user__location", "user__desk__location", "agency")
    )
    for holding in held.order_by("agency_id", "user__full_name")[:HOLDERS_MAX]:
        holders.setdefault(holding.post, []).append(holding)
    found = declared()
    order = {code: place for place, code in enumerate(found["posts"])}
    rows = sorted(Post.objects.all()[:200], key=lambda p: order.get(p.code, 999))
    without = User.objects.filter(agency__in=wanted, is_active=True).aggregate(
        no_post=Count("pk", filter=Q(role="")), no_number=Count("pk", filter=Q(id_number="") & ~Q(password="!"))
    )
    context = {
        "rows": [(post, holders.get(post.code, [])) for post in rows],
        "standard": found["standard"],
        "version": found["version"],
        "cooling_days": found["cooling_days"],
        "agencies": agency_choices(request.user),
        "agency": agency,
        "without": without,
        "is_cut": held.count() > HOLDERS_MAX,
    }
    return render(request, "backoffice/posts.html", context)
