"""Samples out of any process: the store, its encodings and the server that shows them."""
