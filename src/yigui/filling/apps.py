"""Django's entry to this room."""

from django.apps import AppConfig


class FillingConfig(AppConfig):
    name = "yigui.filling"
