"""Answers: rows that join the tables, the graph and the measures, as commands and the API give them."""
