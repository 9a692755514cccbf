"""Lending (借阅): a room that is not of the house, to see that a room needs nothing but its own folder."""
