"""The parts of the HTTP server: messages, routes, connections, who is let in, and TLS."""
