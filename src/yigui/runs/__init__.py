"""Batch runs (批处理): what was run, for which area and period, how far it is, who signed it, and the warrant of a run that writes.

A kind of run is declared by the room whose work it does (`kinds.py`); how a batch goes from its plan to the books is written once
(`staged.py`). This room knows no kind by name.
"""
