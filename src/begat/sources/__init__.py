"""Sources: one platform a file, found by listing the folder."""
