"""Actions: the rewrites that turn Specs into Impls. One family per file; this is all of them.

Schedule text names an Action by its class in lower case; `ACTIONS` is that table.
"""

from __future__ import annotations

from .accumulate import Accumulate
from .base import Action, NotApplicable
from .bufferize import Bufferize
from .cut import Cut
from .finish import Finish
from .inline import Inline
from .merge import Merge
from .move import Move
from .online import Online
from .select import Select
from .split_reduction import SplitReduction
from .stage import Stage
from .synthesize import Synthesize
from .tile import Tile
from .unfold import Unfold
from .winograd import Transform, Winograd

__all__ = [
    "ACTIONS",
    "Accumulate",
    "Action",
    "Bufferize",
    "Cut",
    "Finish",
    "Inline",
    "Merge",
    "Move",
    "NotApplicable",
    "Online",
    "Select",
    "SplitReduction",
    "Stage",
    "Synthesize",
    "Tile",
    "Transform",
    "Unfold",
    "Winograd",
]

ACTIONS: dict[str, type[Action]] = {
    "tile": Tile,
    "move": Move,
    "accumulate": Accumulate,
    "split_reduction": SplitReduction,
    "bufferize": Bufferize,
    "stage": Stage,
    "inline": Inline,
    "online": Online,
    "cut": Cut,
    "merge": Merge,
    "unfold": Unfold,
    "winograd": Winograd,
    "transform": Transform,
    "select": Select,
    "finish": Finish,
    "synthesize": Synthesize,
}
