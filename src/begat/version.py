"""The version of begat."""

__version__ = "0.1.0"
