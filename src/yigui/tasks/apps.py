"""Django's entry to this room."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "yigui.tasks"
