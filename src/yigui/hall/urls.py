"""Addresses of the hall."""

from django.urls import path

from yigui.hall import desk, devices, floor, rating_screen, window_screen

app_name = "hall"
urlpatterns = [
    path("activate/", devices.activate, name="activate"),
    path("seen/", devices.seen, name="seen"),
    path("machine/", devices.machine, name="machine"),
    path("machine/tickets/<int:number>/", devices.ticket, name="ticket"),
    path("screen/", devices.screen, name="screen"),
    path("window/", window_screen.window, name="window"),
    path("window/rate/", rating_screen.rate, name="rate"),
    path("window/rated/", rating_screen.rated, name="rated"),
    path("window/not-now/", rating_screen.not_now, name="not_now"),
    path("desk/", desk.desk, name="desk"),
    path("desk/strip/", desk.strip, name="strip"),
    path("desk/act/", desk.act, name="act"),
    path("guide/", floor.guide, name="guide"),
    path("day/", floor.day, name="day"),
    path("settings/", floor.settings_of_hall, name="settings"),
]
