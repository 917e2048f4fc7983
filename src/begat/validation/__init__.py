"""Whether a snapshot, or RDF that begat wrote, is what it should be: tables in columns, entities by SHACL."""
