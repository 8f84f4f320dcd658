"""What `truegreen doctor` looks at: what is installed, reachable, stale or set up wrongly."""
