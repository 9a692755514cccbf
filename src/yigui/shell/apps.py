"""Django's entry to this room."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "yigui.shell"
