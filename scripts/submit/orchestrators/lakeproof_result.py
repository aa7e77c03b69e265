"""What an orchestrator does about the RESULT of a Lakeproof run. Needs the standard library only."""

from __future__ import annotations

import json
from datetime import date, timedelta

DONE, RETRY, SKIP, FAIL = "done", "retry", "skip", "fail"


def decide(result: str | None, last_attempt: bool, skip_without_input: bool) -> tuple[str, str]:
    """What to do, and why.

    result: the JSON that --result left; None if there is none, since the driver was lost or never started.
    last_attempt: there will be no other.
    skip_without_input: a scope whose input does not come (66) is skipped after the last attempt, instead of failing.
    """
    if result is None:
        return RETRY, "the driver was lost, or never started: it left no RESULT"
    run = json.loads(result)
    if run["exitCode"] == 0:
        return DONE, run["outcome"]
    error = run["error"]
    why = f"{error['kind']} ({run['exitCode']}): {error['message']} Fix: {error['fix']}"
    if run["exitCode"] == 66 and last_attempt and skip_without_input:
        return SKIP, why
    return (FAIL if error["retry"] == "NEVER" else RETRY), why


def scope(first: str, last: str) -> list[str]:
    """The options for these event dates, both inclusive. An empty date would be every date: it is refused."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    if end < start:
        raise ValueError(f"{first} is after {last}")
    return ["--from", start.isoformat(), "--to", end.isoformat()]


def chunks(first: str, last: str, days: int) -> list[list[str]]:
    """The dates cut into pieces of so many days, oldest first: the options of each."""
    if days < 1:
        raise ValueError(f"a chunk has at least one day, not {days}")
    scope(first, last)
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    pieces = []
    while start <= end:
        stop = min(start + timedelta(days=days - 1), end)
        pieces.append(scope(start.isoformat(), stop.isoformat()))
        start = stop + timedelta(days=1)
    return pieces
