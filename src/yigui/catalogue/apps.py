"""Django's entry to this room."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "yigui.catalogue"
