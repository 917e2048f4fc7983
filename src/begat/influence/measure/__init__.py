"""Measures of influence, one a file, each with its formula, reference, cost and readable twin."""
