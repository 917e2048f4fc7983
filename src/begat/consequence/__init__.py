"""What follows from lineage: terms that are inherited, what is hit below, what is lost with somebody.

``supply`` is the graph that all of it runs on, ``labels`` the licences of its nodes.
"""
