"""Registers every item module when Django starts."""

import pkgutil
from importlib import import_module

from django.apps import AppConfig

GROUPS = (
    "registration", "change", "enquiry", "levy", "account", "fund", "pension", "certification", "unemployment", "resident",
)  # fmt: skip


class ItemsConfig(AppConfig):
    name = "yigui.items"

    def ready(self) -> None:
        import_module("yigui.items.checks")
        for group in GROUPS:
            package = import_module(f"yigui.items.{group}")
            for module in pkgutil.iter_modules(package.__path__):
                import_module(f"yigui.items.{group}.{module.name}")
