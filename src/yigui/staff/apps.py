"""Django's entry to this room."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "yigui.staff"
