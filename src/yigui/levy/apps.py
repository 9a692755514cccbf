"""Django's entry to this room."""

from django.apps import AppConfig


class LevyConfig(AppConfig):
    name = "yigui.levy"
    label = "contributions"
