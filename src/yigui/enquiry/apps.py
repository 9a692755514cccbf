"""Django's entry to this room."""

from django.apps import AppConfig


class EnquiryConfig(AppConfig):
    name = "yigui.enquiry"
