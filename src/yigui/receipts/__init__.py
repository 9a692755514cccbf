"""Receipts (到账): files of money, matching, suspense, refunds, reconciliation, electronic receipts.

Only money that moves goes on to `ledger`, and what has arrived to `accounts`, in one transaction under the receipt's warrant. Nobody
types an amount here.
"""
