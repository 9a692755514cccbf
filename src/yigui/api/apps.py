"""Django's entry to this room."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "yigui.api"
