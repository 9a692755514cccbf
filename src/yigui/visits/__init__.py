"""Visits (来访): one person, one ticket, one identity check, any number of cases; tickets, desks and devices of a hall.

What moves a ticket is a function of the owner (`sql/functions.sql`): the application reads these tables and writes none of them.
"""
