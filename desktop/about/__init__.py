"""About Attune: versions, licences, diagnostics to copy, and every connection it can make."""
