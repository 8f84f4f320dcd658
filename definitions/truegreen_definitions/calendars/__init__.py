"""Calendars: which days they mean, whether they are active at an instant, and when in a span."""
