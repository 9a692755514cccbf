"""Django's entry to this room."""

from django.apps import AppConfig


class FinanceConfig(AppConfig):
    name = "yigui.finance"
