"""The push: what a process exposes, sent to a collector over OTLP/HTTP as protobuf."""
