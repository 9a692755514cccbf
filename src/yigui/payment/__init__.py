"""Payment (待遇发放): pay runs, yearly adjustment, recalculation, files for the bank and its results; each month is paid once.

What is paid follows from `entitlement`; a run looks again at the moment of execution. Nothing here grants or changes an entitlement
but the runs that adjust or recalculate its amounts.
"""
