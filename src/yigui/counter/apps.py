"""Django's entry to this room."""

from django.apps import AppConfig


class CounterConfig(AppConfig):
    name = "yigui.counter"
