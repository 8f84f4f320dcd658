"""The example company at work: its shop, its customers, its past, and the demo that runs them."""
