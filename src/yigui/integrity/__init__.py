"""Integrity (完整性): the nightly seal, and verification of everything that was written.

Reads what happened, everywhere below; nothing below imports it. Verification is silent on a good database and changes nothing.
"""
