"""Personal accounts (个人账户) for pension and medical insurance: opened at enrolment, sealed when coverage stops.

Entries, interest and statements come with the money; this first form holds the account itself.
"""
