"""The fund books (基金账): double entry on cash basis (收付实现制), one book per fund and area.

Only money that moves is posted; dues and arrears live in `levy` and `charges`. Vouchers come out of business by dated posting
rules, through one database function that refuses what does not balance; nobody updates or deletes, errors are reversed.
Source: 社会保险基金会计制度 (财会〔2017〕28号). This room must never write business tables.
"""
