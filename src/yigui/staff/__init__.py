"""Staff (经办人员): accounts, roles, authority per item group, step and area, windows, and who saw whose data.

Authority is protected: it is granted under a warrant signed by four people and withdrawn under one signed by two. The three
administrators (三员分立) hold no business rights. Who somebody is, is proven in `identity`. This room does not know what a case is.
"""
