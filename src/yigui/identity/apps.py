"""Django's entry to this room."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "yigui.identity"
