"""Views of a model's descendants: one budgeted tree, drawn for the terminal and as pages."""
