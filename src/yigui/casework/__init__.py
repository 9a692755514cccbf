"""Casework (办件): cases, routes, queues, deadlines, meetings, and the event chain.

A case is accepted through a channel, travels the steps of its risk class, and is finished under a warrant that the
database issues only for a complete route with distinct people. What an item checks and does is the business of `items`,
which registers its handlers here; this room never imports them.
"""
