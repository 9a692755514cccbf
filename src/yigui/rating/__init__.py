"""Ratings (政务服务好差评): five levels with tags, once a service; a bad one becomes work of somebody independent; sums by month are published.

Who rated what is in tables that the application does not read (`sql/functions.sql`): the rated are told sums alone.
"""
