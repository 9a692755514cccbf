"""Changes of parameters of the law (参数变更): proposed with the document they were read in, tried on the live population, examined by internal
control, signed with one-time codes by people of the agency that keeps the area's parameters, and read by every process from then on.

What an upper office has set, a lower one does not change (R267). What was computed before stays as it was: what a change touches is made again
by runs and tasks that people sign.
"""
