"""The business items (业务事项): one module each, all alike.

An item says what it is about, what it checks, whether its risk can rise, what it would change, and what it does when its
warrant is open. Names, fields, routes and sentences are the catalogue's. Shared checks live in `checks/`, one function
each. An item whose effect has no use case yet adds one to its room below first; see docs/adding-an-item.md.
"""
