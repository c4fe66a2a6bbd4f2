"""One place for colours, spacing, fonts and icons."""
