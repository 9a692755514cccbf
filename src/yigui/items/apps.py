"""Registers every item, check and group of facts when Django starts."""

import pkgutil
from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

from yigui import items
from yigui.common.rooms import further_packages


class ItemsConfig(AppConfig):
    name = "yigui.items"

    def ready(self) -> None:
        """Import every module of every group: a folder is a group, found by itself; and the items of the rooms beside the house."""
        for module in pkgutil.walk_packages(items.__path__, f"{items.__name__}."):
            if module.name != __name__:
                import_module(module.name)
        for package in further_packages():
            if find_spec(f"{package}.items") is not None:
                import_module(f"{package}.items")
