"""Django's entry to this room."""

from django.apps import AppConfig


class SyntheticConfig(AppConfig):
    name = "yigui.synthetic"
