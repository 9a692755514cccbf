"""Public pages (公开查询): verification of documents, and progress by case number without personal data."""
