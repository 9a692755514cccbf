"""Django's entry to this room."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "yigui.registry"
