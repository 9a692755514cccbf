"""Every advisory lock of the database (建议锁): its number, what is locked, and the order in which they are taken.

The first key is the number here, the second what it is about; `SEAL` alone has one key, and so has a
run of one kind, area and month, by their hash (`runs.run_job`). Who needs two takes the smaller number first.
Locks taken in functions of the database stand there with the number; tests/common/test_locks.py holds that each is listed here.
"""

from enum import IntEnum


class Lock(IntEnum):
    """Number of a lock. The second key follows the dash."""

    #: Writers of events hold it shared, the nightly seal alone, so that no event below the seal's number is still unwritten.
    SEAL = 7001
    #: One open case of a person, employer or list at a time — hash of the subject's key (`casework.accept_case`).
    SUBJECT = 7002
    #: Changes of one person's relations follow each other — person (`registry.models`, a trigger).
    PERSON = 7003
    #: Posting into a book and closing it exclude each other — book (`ledger/sql/functions.sql`).
    BOOK = 7004
    #: A run that is at work — run (`runs.run_job`); held by the session.
    RUN = 7005
    #: The tree of sections is changed by one at a time — 0 (`staff/sql/functions.sql`).
    SECTIONS = 7006
    #: Attached parts are taken into the record by one at a time (`integrity/sql/functions.sql`).
    RECORD = 7007
    #: Files of the bank's results are taken in by one at a time — 0 (`payment.bank_results`, `payment.returned_lines`).
    RESULTS = 7008
    #: A message of a partner is carried out by one at a time — hash of partner and number (`exchange.answered_once`).
    MESSAGE = 7010
    #: Files of records of a kind are taken in one after the other — hash of the kind (`exchange.import_records`).
    RECORDS = 7012
    #: A teller's day is closed, or accepts at the counter — teller (`casework/sql/day_end.sql`).
    DAY = 7013
    #: Changes of parameters are signed one after the other, trials of them begin, and batches of a month's contributions are closed, these shared —
    #: 0 (`parameters/sql/functions.sql`).
    PARAMETERS = 7014
    #: Batches of a kind that are about one area are executed one after the other — hash of kind and area (`runs/sql/functions.sql`).
    BATCHES = 7015
    #: A ticket begins to wait in a hall, or a desk there becomes free — hall (`visits/sql/functions.sql`).
    HALL = 7021
    #: Files and messages of money are judged one after the other, whoever sends them: two may report the same money — 0 (`receipts.files`).
    RECEIPTS = 7201
    #: The outbox to a partner is sent by one at a time — hash of the partner's code (`exchange.outbox`).
    OUTBOX = 7301
