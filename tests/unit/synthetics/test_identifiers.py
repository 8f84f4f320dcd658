"""Ids are the right size, random, and others in a child of the process."""

from __future__ import annotations

import os

from truegreen_synthetics.identifiers import new_id


def test_ids_are_hex_of_the_size_and_differ() -> None:
    """Ten thousand ids of 8 bytes are all different, 16 digits each."""
    found = {new_id(8) for _ in range(10_000)}
    assert len(found) == 10_000
    assert all(len(one) == 16 and int(one, 16) for one in found)
    assert len(new_id(16)) == 32


def test_a_child_has_ids_of_its_own() -> None:
    """After a fork parent and child do not repeat each other."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, new_id(16).encode())
        os._exit(0)
    os.waitpid(child, 0)
    mine = new_id(16)
    assert os.read(reading, 32).decode() != mine
    os.close(reading)
    os.close(writing)
