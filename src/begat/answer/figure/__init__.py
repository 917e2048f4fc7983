"""Figures that claims are tested with: one file each."""
