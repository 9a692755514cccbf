"""Django's entry to this room."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "yigui.public"
