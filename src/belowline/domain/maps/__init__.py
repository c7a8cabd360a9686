"""Maps, decided without a database and without a clock: where something is, how exactly the public may know it, and how
it is drawn. Frozen values in, text out; the same input gives the same bytes.
"""
