"""The database itself: reading rows by a plain condition. The only room without trade words that may know Django."""
