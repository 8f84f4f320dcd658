"""Build folders: what a build writes, owns, removes and finds changed.

Nothing is imported here: an unchanged build ends after the manifest and the digests.
"""
