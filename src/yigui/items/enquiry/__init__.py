"""Items of the group enquiry."""
