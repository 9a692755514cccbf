"""Django's entry to this room."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "yigui.audit"

    def ready(self) -> None:
        from yigui.audit.work import register

        register()
