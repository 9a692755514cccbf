"""Charges (应收): what a payer owes and what is paid of it: bills out of cases, deferrals, payment orders, arrears, surcharge.

Bills out of a plan come from `levy`; money that comes in is the business of `receipts`, which writes the allocations kept here. Lines
and bills are appended and never changed.
"""
