"""Warrants (经办授权凭据), guards and field history: no warrant, no write.

A warrant is an append-only row that says which case or run was authorised, in which risk class, and by which distinct
people. It is open only inside the transaction that issued it. Every protected table is stamped with the open warrant by
the database, which refuses a write without one.

This room never decides whether a route is complete: the functions that issue warrants belong to the floors that know
(`casework`, `runs`, `staff`), run with the owner's rights, and are the only way to a warrant.
"""
