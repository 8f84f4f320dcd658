"""Terms in money: what a period costs and earns, what the running one may, and the receipt."""
