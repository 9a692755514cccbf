"""Addresses. Each channel has its own file."""

from django.urls import include, path

from yigui.api.urls import api

handler404 = "yigui.ui.views.not_found"
handler500 = "yigui.ui.views.server_error"

urlpatterns = [
    # Those with a place of their own first: what has none is tried address by address.
    path("kiosk/unit/", include("yigui.portal.urls", namespace="kiosk_unit")),
    path("kiosk/me/", include("yigui.mobile.urls", namespace="kiosk_me")),
    path("kiosk/", include("yigui.kiosk.urls")),
    path("m/", include("yigui.mobile.urls")),
    path("unit/", include("yigui.portal.urls")),
    path("finance/", include("yigui.finance.urls")),
    path("api/", api.urls),
    path("", include("yigui.public.urls")),
    path("", include("yigui.identity.urls")),
    path("", include("yigui.counter.urls")),
    path("", include("yigui.backoffice.urls")),
]
