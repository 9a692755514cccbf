"""Stored papers (材料) by digest, and documents issued by the agency (回执、证明) as PDF with a verification code.

Files are kept under the SM3 of their content; the same paper handed in twice is stored once. This room does not know
what a case is: it keeps the case number as text.
"""
