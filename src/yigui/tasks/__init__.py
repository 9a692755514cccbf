"""Work with a due date (任务): what was promised to somebody, whose it is until when, and how it ends.

A task begins somewhere else (its origin: a case, a partner's record, an overdue day) and is known by a typed reference only: this
room never imports the rooms above it. Every task that is not ended stands in somebody's inbox.
"""
