"""Django's entry to this room."""

from django.apps import AppConfig


class PaymentConfig(AppConfig):
    name = "yigui.payment"
