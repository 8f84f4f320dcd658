"""What history lets expect of a channel, now and for any stretch of time."""
