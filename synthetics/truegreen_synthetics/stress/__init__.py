"""Stress mode: the plan's journeys at rising arrival rates, with a probe beside them.

stress_command   `truegreen stress` and what may be given to it
safety           what load may be pointed at, and what must not be made
stages           rising rates, each held for a while
run              one run from its arguments to its report; the load itself is the engine's
arrivals         journeys begin when they are due, whatever became of earlier ones
beside           the probe in a process of its own
counts           what happened, stage by stage
usability        Apdex against rate, the capacity and the knee
report           the result as a table, JSON and a picture
"""
