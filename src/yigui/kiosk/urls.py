"""Addresses of the self-service area."""

from django.urls import path

from yigui.kiosk import devices, helping, views

app_name = "kiosk"
urlpatterns = [
    path("", views.start, name="start"),
    path("activate/", views.activate, name="activate"),
    path("leave/", views.leave, name="leave"),
    path("help/", views.ask_help, name="ask"),
    path("help/state/", views.help_state, name="help_state"),
    path("calls/", helping.calls, name="calls"),
    path("calls/<int:number>/", helping.call, name="call"),
    path("calls/<int:number>/join/", helping.join_call, name="join"),
    path("calls/<int:number>/note/", helping.note, name="note"),
    *helping.form_urls,
    path("devices/", devices.devices, name="devices"),
]
