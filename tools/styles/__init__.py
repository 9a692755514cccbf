"""What the pages use of a vendored sheet of styles."""
