"""Django's entry to this room."""

from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "yigui.archive"
