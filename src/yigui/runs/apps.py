"""Django's entry to this room."""

from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "yigui.runs"
