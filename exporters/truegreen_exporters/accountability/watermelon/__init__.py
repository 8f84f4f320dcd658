"""Green outside, red inside: which services were, for how long, and what their SLAs are worth.

standing  one agreement in one closed period        verdict  all agreements of a service in it
history   closed periods of a service, in order     shown    the last one, as series
portfolio services by state                         render   for people and programs
"""
