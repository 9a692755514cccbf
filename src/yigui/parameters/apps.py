"""Django's entry to this room: from here on the law reads what people have signed."""

from django.apps import AppConfig


class ParametersConfig(AppConfig):
    name = "yigui.parameters"

    def ready(self) -> None:
        from yigui.law.signed_rows import read_from
        from yigui.parameters.rows import signed_rows

        read_from(signed_rows)
