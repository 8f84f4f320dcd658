"""The service catalogue: what is promised, by whom, over which steps, in business words."""
