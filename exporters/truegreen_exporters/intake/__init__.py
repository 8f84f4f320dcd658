"""From sources to the store: what is new is read, checked and kept, page by page.

feed      a source over many cycles: when it is read, and that it holds up nobody else
ingest    reads what is new of one source into the store
mapping   from texts as they were read to the columns of a table, as SQL
hooks     the paths that others post rows to
inbox     posts that were acknowledged, kept on disk until their rows are in the store
"""
