"""Who owes whom: contracts settled over closed periods. Money is Decimal throughout."""
