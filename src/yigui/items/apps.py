"""Registers every item, check and group of facts when Django starts."""

import pkgutil
from importlib import import_module

from django.apps import AppConfig

from yigui import items


class ItemsConfig(AppConfig):
    name = "yigui.items"

    def ready(self) -> None:
        """Import every module of every group: a folder is a group, found by itself."""
        for module in pkgutil.walk_packages(items.__path__, f"{items.__name__}."):
            if module.name != __name__:
                import_module(module.name)
