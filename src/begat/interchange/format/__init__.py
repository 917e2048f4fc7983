"""One format a file, each with ``FORMAT = Format(...)``."""
