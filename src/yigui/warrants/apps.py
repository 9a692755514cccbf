"""Django's entry to this room."""

from django.apps import AppConfig


class WarrantsConfig(AppConfig):
    name = "yigui.warrants"
