"""Contributions (缴费): declared bases, the monthly levy plan, bills, receipts and their matching, arrears, refunds.

Dues and arrears live here; only money that moves goes on to `ledger`, and what has arrived to `accounts`. Big tables are
written in sets: a run fills fresh tables and attaches them under its warrant; case lines are appended one by one.
This room must never write the registry.
"""
