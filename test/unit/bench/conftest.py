"""The harness is not installed with the package: it is imported from the checkout."""

import sys
from pathlib import Path

CHECKOUT = str(Path(__file__).resolve().parents[3])
if CHECKOUT not in sys.path:
    sys.path.append(CHECKOUT)
