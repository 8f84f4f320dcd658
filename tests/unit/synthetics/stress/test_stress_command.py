"""The words of `truegreen stress`: lengths of time, and the defaults its help tells."""

from __future__ import annotations

import argparse

import pytest

from truegreen_synthetics.stress.stress_command import STRESS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    STRESS.configure(parser)
    return parser


@pytest.mark.parametrize(
    ("text", "seconds"), [("2m", 120), ("500ms", 0.5), ("30", 30), ("4.5", 4.5)]
)
def test_a_stage_is_held_for_a_duration(text: str, seconds: float) -> None:
    """A unit may be written, as everywhere; a plain number is seconds."""
    found = _parser().parse_args(["--plan=p", f"--stage={text}", f"--probe-every={text}"])
    assert (found.stage, found.probe_every) == (seconds, seconds)


def test_what_is_no_duration_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong length of time is told as such."""
    with pytest.raises(SystemExit):
        _parser().parse_args(["--plan=p", "--stage=soon"])
    assert "'soon' is no duration" in capsys.readouterr().err


def test_help_tells_the_defaults_that_hold() -> None:
    """Who reads the help knows what a run without options would do."""
    parser, found = _parser(), _parser().parse_args(["--plan=p"])
    told = " ".join(parser.format_help().split())
    assert f"(default: {found.rates})" in told
    assert f"(default: {found.stage:g}s)" in told
    assert f"(default: {found.probe_every:g}s)" in told
    assert f"(default: {found.goal:g})" in told
