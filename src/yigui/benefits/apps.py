"""Django's entry to this room."""

from django.apps import AppConfig


class BenefitsConfig(AppConfig):
    name = "yigui.benefits"
