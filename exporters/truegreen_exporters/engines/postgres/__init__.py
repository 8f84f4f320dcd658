"""PostgreSQL as an engine: rows stay in their own database, and are counted there."""
