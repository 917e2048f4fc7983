"""What begat hands to others' tools: RDF, JSON-LD pages, graph files, Parquet, bills of materials.

One format a file in ``format/``; RDF that begat wrote is read back by ``begat.sources``.
"""
