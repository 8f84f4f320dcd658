"""The engine: Locust runs the robots, gevent serves their metrics.

The only package that imports Locust and gevent. Locust patches the standard library, so this
belongs at the very start of a process of its own (`python -m truegreen_synthetics`). One `User`
class a journey, one user each; the whole journey is one task, and the wait between tasks is the
schedule. Locust's own statistics are fed by `locust_users` alone: they keep an entry for every
second, for ever.

users · environments · stock_transports  what of Locust we use: users, how they run, its clients
sessions · equipping                     connections of journeys · what the process lends to runs
staff · monitoring                       the users of a probe through changes of its plan · serving
single_runs · stressing                  each journey once · rising load
lifelines                                processes that end with the one that started them
locust_command                           journeys for Locust's own command line
"""

# Locust comes before anything that would keep an unpatched socket.
import locust  # noqa: F401

# isort: split
from truegreen_synthetics.engine.locust_command import locust_users
from truegreen_synthetics.engine.monitoring import monitor
from truegreen_synthetics.engine.single_runs import once
from truegreen_synthetics.engine.stressing import stress, stress_worker

__all__ = ["locust_users", "monitor", "once", "stress", "stress_worker"]
