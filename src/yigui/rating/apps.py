"""Django's entry to this room."""

from django.apps import AppConfig


class RatingConfig(AppConfig):
    name = "yigui.rating"

    def ready(self) -> None:
        from yigui.rating.bad_ratings import register

        register()
