"""Service reviews: what a week, a month or a quarter came to, told by the ledgers and contracts."""
