"""The memo table: what the search has decided, in boxes, and the database that keeps it.

`boxes.py` turns a grid of decisions into boxes of equal ones and back; `grid.py` has the grids and
`Slab`, `table.py` a memo that is filled box by box; `codec.py` writes slabs as bytes and
`database.py` keeps those in a file that processes share. Nothing here knows what a decision means,
and importing this package, or `database`, loads neither numpy nor zstandard. Read next: `boxes.py`.
"""
