"""Codes of charges."""

from django.db import models


class OrderStatus(models.TextChoices):
    """Status of a payment order (缴费单状态)."""

    OPEN = "open", "待缴费"
    PAID = "paid", "已缴费"
    CANCELLED = "cancelled", "已撤销"
