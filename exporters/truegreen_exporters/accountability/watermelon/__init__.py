"""Green outside, red inside: which services were, for how long, and what their SLAs are worth.

standing   one agreement in one closed period       verdict      all agreements of a service in it
history    closed periods of a service, in order    portfolio    services by state
score      one number that hides no breach          information  lift, area, and what they say
followed   asks the records for cases               worth        an SLA's cases, and the traps
revenue    what a service weighs in the portfolio
document   all of it as plain data                  render       for people
shown      the last period as series                shown_worth  SLAs as series
"""
