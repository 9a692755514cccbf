"""The HTML templates, written to be read: `python -m tools.templates` (see `__main__.py`)."""
