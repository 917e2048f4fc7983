"""What begat hands to others' tools: RDF, JSON-LD pages, graph files, Parquet, bills of materials.

One format a file in ``format/``. RDF is canonical lines first (`lines`, `statements`, `records`), then any
syntax; `reread` makes a snapshot of it again.
"""
