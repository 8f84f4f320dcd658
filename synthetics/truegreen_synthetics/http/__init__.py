"""The lean HTTP/1.1 client of journeys, and Locust's own clients behind the same protocol.

exchanges         what is sent, and what sending it took
client            a robot customer's session: every request timed phase by phase
dialing           opens connections: name, address, proxy, TLS
lines             an open connection: bytes out and in, never beyond a deadline
http1             responses read from a stream of bytes, within bounds
content_codings   bodies as they were before a server packed them
responses         an answer as a journey sees it
cookies           kept for a run, sent back where they belong
redirects         followed as a browser follows them
proxies           which one a request goes through, if any
exchange_faults   why a request got no whole response
transports        the clients of FastHttpUser and HttpUser
"""
