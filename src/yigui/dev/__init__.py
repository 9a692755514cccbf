"""The workshop beside the house: embedded PostgreSQL, the supervisor behind `./run`, reference partners, the demonstration city.

The product never imports it (import contract): `python -m yigui.config` is the product's command without it, `python -m yigui`
the same with the commands of this room.
"""
