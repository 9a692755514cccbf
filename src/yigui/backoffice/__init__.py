"""The back office (后台): queues, case pages, meetings, imports, rights, integrity. No rules."""
