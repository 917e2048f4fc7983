"""The indicators of begat-53, one file a sub-dimension: declared, and made from the tables."""
