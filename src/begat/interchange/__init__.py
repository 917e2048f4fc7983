"""What begat hands to others' tools: RDF, JSON-LD pages, graph files, Parquet, bills of materials.

One format a file in ``format/``, each a function of the content (`format.base`), of which `part` is what
concerns one model. RDF is lines first (`statements`: the projection, and `records`, from which the snapshot
can be made again), sorted within bounded memory (`sorting`), then any syntax (`syntax`, `jsonld`). Bills of
materials rest on the `pedigree` of a model, with its `properties` and `addresses`.
"""
