"""The grid of time on which signals are counted, and up to which length a window lags by nothing.

Rules count events of five minutes and sum these counts; checks and kinds refuse what does not fit.
"""

from __future__ import annotations

__all__ = ["GRID_SECONDS", "UNLAGGED_SECONDS"]

GRID_SECONDS = 300
"""What a recorded count counts, and the step at which longer windows read it."""
UNLAGGED_SECONDS = 3_600
"""Burn pairs up to this are counted anew at every evaluation, all other windows on the grid."""
