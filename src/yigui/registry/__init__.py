"""The registry (登记): areas, agencies, persons, employers, employment, coverage, and the calendar of the agencies.

Everything other floors know about who is insured where stands here. Rows are protected: they change only under a warrant.
This room knows neither cases nor items, and holds no rule about who may be enrolled.
"""
