"""Batch runs (批处理): what was run, for which area and period, how far it is, and the warrant of a run that writes.

A run is (kind, area, period) under an advisory lock. Kinds and their work belong to the floors above.
"""
