"""Entitlement (待遇资格与核定): who is entitled to what since when and why, its amounts over time, certification, recoveries.

Amounts are only ever appended. Nothing here knows a form or a page, and nothing here decides by which route a case comes: it writes
under the warrant that is open. It pays nothing: that is the business of `payment`. The room keeps the label `benefits` and its
migrations: the tables of `payment`, which was cut out of it, are still named by it.
"""
