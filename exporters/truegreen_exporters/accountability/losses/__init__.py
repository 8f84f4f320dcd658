"""What outages have cost: estimated from history, booked where it is sure, kept with evidence."""
