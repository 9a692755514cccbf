"""Django's entry to this room."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "yigui.visits"
