"""Django's entry to this room."""

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    name = "yigui.backoffice"
