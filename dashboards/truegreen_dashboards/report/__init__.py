"""Service reviews on paper: what happened, what it cost, what is done about it."""
