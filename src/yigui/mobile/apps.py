"""Django's entry to this room."""

from django.apps import AppConfig


class MobileConfig(AppConfig):
    name = "yigui.mobile"
