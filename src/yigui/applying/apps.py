"""Django's entry to this room."""

from django.apps import AppConfig


class ApplyingConfig(AppConfig):
    name = "yigui.applying"
