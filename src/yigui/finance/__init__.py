"""The finance desk (财务工作台): levy runs, money in, suspense, books, reconciliation, closing. Pages only; no rules."""
