"""Pages: what stands on each, and how a page becomes a file or an answer of the server."""
