"""Addresses of the terminal in the reading room."""

from django.urls import path
from lending import door

app_name = "reading_room"
urlpatterns = [
    path("sign-in/", door.sign_in, name="sign_in"),
    path("", door.apply, name="home"),
    path("start/", door.start, name="start_draft"),
    path("cases/<str:case_no>/", door.case, name="case"),
    *door.form_urls,
]
