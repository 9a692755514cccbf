"""The self-service area (自助服务区): machines, their first page, and helpers who join a visitor, beside or from another place.

What is done there are the pages of employers and persons, mounted a second time (`identity/places.py`); here is only what a machine adds.
"""
