"""Django's entry to this room."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "yigui.portal"
