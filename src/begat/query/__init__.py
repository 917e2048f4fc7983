"""Named queries in SPARQL, one file each in ``library/``, and what runs them."""
