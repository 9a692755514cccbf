"""Django's entry to this room."""

from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    name = "yigui.contributions"
