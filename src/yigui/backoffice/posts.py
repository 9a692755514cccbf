"""Posts by the national standard (岗位分类): class, level, holders, gaps (R311)."""

from collections.abc import Mapping

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yigui.common import clock
from yigui.exchange.models import ApiToken
from yigui.registry.models import Agency
from yigui.staff.declared_posts import declared
from yigui.staff.enums import LocationKind, UserKind
from yigui.staff.locations import Location
from yigui.staff.models import Post, PostHolding, User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.scope import agencies_of, agency_choices

HOLDERS_MAX = 500
#: Service points, and partners' tokens, that a page shows.
POINTS_MAX = 200


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
        .filter(user__kind=UserKind.PERSON)
        .select_related("user__location", "user__desk__location", "agency")
    )
    for holding in held.order_by("agency_id", "user__full_name")[:HOLDERS_MAX]:
        holders.setdefault(holding.post, []).append(holding)
    found = declared()
    order = {code: place for place, code in enumerate(found["posts"])}
    rows = sorted(Post.objects.all()[:200], key=lambda p: order.get(p.code, 999))
    without = User.objects.filter(agency__in=wanted, is_active=True).aggregate(
        no_post=Count("pk", filter=Q(role="", kind=UserKind.PERSON)),
        no_number=Count("pk", filter=Q(id_number="", kind=UserKind.PERSON)),
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
        "points": _points(wanted, {p.code: p for p in rows}),
        "partners": _partners(wanted, {p.code: p for p in rows}),
        "points_max": POINTS_MAX,
    }
    return render(request, "backoffice/posts.html", context)


def _points(agencies: QuerySet[Agency], posts: Mapping[str, Post]) -> list[tuple[Location, list[tuple[User, Post | None]]]]:
    """Township points and outlets in use with who holds which post there; a point nobody is at is a gap."""
    kinds = (LocationKind.TOWNSHIP, LocationKind.OUTLET)
    found = Location.objects.in_use(clock.today()).filter(agency__in=agencies, kind__in=kinds).select_related("agency")
    points = list(found.order_by("agency_id", "kind", "name")[:POINTS_MAX])
    people: dict[int, list[tuple[User, Post | None]]] = {}
    at = Q(desk__location__in=points) | Q(desk__location=None, location__in=points)
    for user in User.objects.filter(at, is_active=True).select_related("desk").order_by("full_name", "pk")[:HOLDERS_MAX]:
        place = user.desk.location_id if user.desk is not None and user.desk.location_id else user.location_id
        people.setdefault(int(place or 0), []).append((user, posts.get(user.role)))
    return [(point, people.get(point.pk, [])) for point in points]


def _partners(agencies: QuerySet[Agency], posts: Mapping[str, Post]) -> list[tuple[ApiToken, Post | None]]:
    """Partners that work by an interface, with the account whose post and rights they work by."""
    tokens = ApiToken.objects.filter(is_active=True, user__agency__in=agencies).select_related("partner", "user__agency")
    return [(token, posts.get(token.user.role)) for token in tokens.order_by("partner__name", "pk")[:POINTS_MAX]]
