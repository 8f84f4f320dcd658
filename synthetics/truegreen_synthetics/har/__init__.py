"""Recordings of a browser (HAR 1.2) become a draft of a journey.

recording     what a recording holds that a journey could ask again
step          a request of it: which texts it says, and how one becomes a variable
offers        what an answer gives to later requests
secrets       takes out what looks like a secret
variables     what an answer gave and a later request repeats
draft         all of these, one after the other
definitions   the YAML of a draft
"""
