"""The rules of each table, one file a table."""
