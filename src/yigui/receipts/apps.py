"""Django's entry to this room."""

from django.apps import AppConfig


class ReceiptsConfig(AppConfig):
    name = "yigui.receipts"
