"""Levy (征缴): declared bases, rates, the monthly plan, its lines and bills, and the contribution record that comes of them.

A run fills fresh tables and attaches them under its warrant. The room keeps the label `contributions` and its migrations: the tables
of `charges` and `receipts`, which were cut out of it, are still named by it. It knows of no money that came, and never writes the
registry.
"""
