"""Django's entry to this room."""

from django.apps import AppConfig


class HallConfig(AppConfig):
    name = "yigui.hall"
