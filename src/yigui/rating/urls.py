"""Addresses of ratings."""

from django.urls import path

from yigui.rating import month_list, pages

app_name = "rating"
urlpatterns = [
    path("receipt/", pages.follow, name="follow"),
    path("receipt/again/", pages.second, name="second"),
    path("published/", pages.published, name="published"),
    path("months/", month_list.months, name="months"),
    path("<int:service>/", pages.handle, name="handle"),
    path("<int:service>/repair/", pages.repair_page, name="repair"),
]
