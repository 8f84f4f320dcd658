"""Robot customers: journeys on a schedule, run by Locust, measured honestly."""
