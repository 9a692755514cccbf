"""Django's entry to this room."""

from importlib import import_module

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "yigui.casework"

    def ready(self) -> None:
        # The models are there only now; the module tells the room of the tasks how cases are looked up.
        import_module("yigui.casework.follow_ups")
