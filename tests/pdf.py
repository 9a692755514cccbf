"""A PDF as scanners write it: one empty page, told apart from others by what its first line says."""


def pdf(said: bytes) -> bytes:
    """A whole PDF with one page; different words give different files."""
    return (
        b"%PDF-1.7 " + said + b"\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )
