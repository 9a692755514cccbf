"""Django's entry to this room."""

from django.apps import AppConfig


class ChargesConfig(AppConfig):
    name = "yigui.charges"
