"""Django's entry to this room."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "yigui.casework"
