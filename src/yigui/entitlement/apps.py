"""Django's entry to this room."""

from django.apps import AppConfig


class EntitlementConfig(AppConfig):
    name = "yigui.entitlement"
    label = "benefits"
