"""Processes: how cases go through the steps of a service, as rows tell of it."""
