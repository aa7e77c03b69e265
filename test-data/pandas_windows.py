#!/usr/bin/env python3
"""Writes test-data/goldens/pandas_windows.csv: rolling windows as pandas computes them, for the table in docs/features.md.

Needs pandas only (Debian: apt-get install python3-pandas); run it in the repository's root. Times are unique for each user, many
of them exactly 7 days apart; a value in six is missing. Values are multiples of 1/4, so that pandas' sums are exact as well.
"""
import random

import pandas

WINDOWS = {
    "rows5": dict(window=5),
    "rows5_min1": dict(window=5, min_periods=1),
    "rows3_left": dict(window=3, min_periods=1, closed="left"),
    "days7": dict(window="7D"),
    "days7_left": dict(window="7D", closed="left"),
    "days7_min3": dict(window="7D", min_periods=3),
    "days7_both": dict(window="7D", closed="both"),
    "days7_neither": dict(window="7D", closed="neither"),
    "hours36": dict(window="36H"),
}
AGGREGATES = ["count", "sum", "mean", "min", "max", "var", "std"]


def events():
    chance = random.Random(7)
    rows = []
    for user in range(40):
        slots = chance.sample(range(60), chance.randint(1, 30))
        for slot in sorted(slots):
            time = pandas.Timestamp("2024-10-20T00:00:00Z") + pandas.Timedelta(hours=12 * slot)
            value = None if chance.randrange(6) == 0 else chance.randint(-400, 400) / 4
            rows.append((f"user-{user}", time, value))
    return pandas.DataFrame(rows, columns=["user_id", "event_time", "value"])


def main():
    frame = events().set_index("event_time")
    parts = []
    for _, own in frame.groupby("user_id", sort=False):
        out = own.copy()
        for name, window in WINDOWS.items():
            rolling = own["value"].rolling(**window)
            for aggregate in AGGREGATES:
                out[f"{aggregate}_{name}"] = getattr(rolling, aggregate)()
        parts.append(out)
    result = pandas.concat(parts).reset_index()
    result["event_time"] = result["event_time"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    columns = ["user_id", "event_time"] + [c for c in result.columns if c not in ("user_id", "event_time")]
    result[columns].to_csv("test-data/goldens/pandas_windows.csv", index=False, float_format="%.17g", lineterminator="\n")


if __name__ == "__main__":
    main()
