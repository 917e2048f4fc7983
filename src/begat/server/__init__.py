"""`begat serve`: SPARQL 1.1 Protocol, graphs and a JSON API over HTTP, read-only.

Queries of others never run in the server's process: `begat.server.pool` hands them to workers that can be
ended at any moment. A request goes through these modules, each of which can be read alone::

    run           listens, keeps slow connections short
    security      Guard: host, sizes, headers of every answer; counts (metrics)
    app           routes by the declarations, answers (negotiation), errors as statuses (refusal)
      addresses     what each address takes and gives, as an endpoint
      protocol      SPARQL 1.1 Protocol -> question
      graphstore    Graph Store Protocol -> the graph that is meant
      description   the service description
      openapi       the description of all addresses
      explorer      pages for people (written): as HTML or as their data, files of pages
        pages         the declared pages; front: what a browser sees where a file is served
      api           JSON API: calls (twins of commands) and queries (named ones), in pages
    service       what requests share: what is served, the pool, threads for calls (settings)
      served        a snapshot or a file as something to serve; follow: a newer one
    question      what passes to the pool, its answer, and how it may fail
    pool          checks a question, runs it in the fast lane and then in the slow one
      quota         the share of each client
      lane          places and a queue in which clients take turns; late: queries not for the fast one
      stock         workers, always two more than can be at work
      process       the pool's end of one worker
    worker        the process that runs one query at a time, behind the walls of sandbox

The modules above `question` know HTTP and no process, those below it processes and no HTTP.
"""
