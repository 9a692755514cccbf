"""Components of all pages: layout, components, filters, static files. No trade words beyond labels, no rules."""
