"""Drawings as SVG text: pure functions from rows to a picture."""
