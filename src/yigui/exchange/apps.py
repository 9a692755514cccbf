"""Django's entry to this room."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "yigui.exchange"
