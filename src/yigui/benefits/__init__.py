"""Benefits (待遇): who is entitled to what since when, why, and that it is paid once.

Awards, their amounts over time, certification, pay runs, bank results, overpayments. Amounts are only ever appended. Nothing here
knows a form or a page, and nothing here decides by which route a case comes: it writes under the warrant that is open.
"""
