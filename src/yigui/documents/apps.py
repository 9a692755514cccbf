"""Django's entry to this room."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "yigui.documents"
