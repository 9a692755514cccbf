"""Django's entry to this room."""

from importlib import import_module

from django.apps import AppConfig


class PaymentConfig(AppConfig):
    name = "yigui.payment"

    def ready(self) -> None:
        # The models are there only now; the module tells the room of the receipts how payments that were sent are looked up.
        import_module("yigui.payment.judge_results")
