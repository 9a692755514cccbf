"""Django's entry to this room."""

from django.apps import AppConfig


class IntegrityConfig(AppConfig):
    name = "yigui.integrity"
