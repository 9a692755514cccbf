"""Identity (身份认证): sign-in of everybody: officers, operators of units, persons, machines; sessions, codes, places.

Over `staff`, which says what an officer may do; here it is proven who somebody is, and somebody outside the agency is held to their own
rows (`outside_connection.py`). The tables keep the label `staff`. This room does not know what a case is.
"""
