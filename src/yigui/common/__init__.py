"""Things without trade words: money, months, workdays, identifiers, digests, SQL files, errors.

This room imports no other app of the house and holds no rule of social insurance.
"""
