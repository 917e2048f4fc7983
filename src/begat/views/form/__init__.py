"""Forms of a family tree, one file each: text for a terminal, pages, drawings, text of other programs."""
