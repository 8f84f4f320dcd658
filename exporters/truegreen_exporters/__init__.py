"""Business records in, exact parts of every agreement out."""
