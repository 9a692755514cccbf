"""Django's entry to this room."""

from django.apps import AppConfig


class LendingConfig(AppConfig):
    name = "lending"
