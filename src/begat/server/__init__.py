"""`begat serve`: SPARQL 1.1 Protocol, graphs and a JSON API over HTTP, read-only.

Queries of others never run in the server's process: `begat.server.pool` hands them to workers that can be
ended at any moment.
"""
