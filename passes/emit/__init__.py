"""Emission: from an Impl to text in scf, vector, memref, arith and affine; a file per construct.

`kernel.py` is the way in; `tree.py` walks the Impl; `view.py` says where operands are; `access.py`
reads and writes memory; `template.py` writes instructions, `body.py` bodies in lanes, `lane.py`
single lanes; `writer.py` collects lines.
"""
