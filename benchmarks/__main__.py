"""``python -m benchmarks [NAME …]``: run measurements, each in a process and on a database of its own.

A calibration number stands first: how long this machine takes, right now, for a fixed piece of pure Python. Ratios are
taken within one run against a floor on the same rows and are what counts; absolute figures vary with the machine.
"""

import subprocess
import sys
import time
from typing import Final

NAMES: Final = (
    "relocation",
    "placement",
    "flow_import",
    "consist",
    "customs_work",
    "release_times",
    "authority",
    "statement",
    "traffic",
    "booking",
    "slot_booking",
    "one_day",
    "ten_years",
    "forecast",
    "tracking",
    "dispatching",
    "trainload",
    "yard_map",
    "alerts",
    "webhooks",
)


def calibration() -> float:
    """Milliseconds for a fixed piece of pure Python, the best of five."""

    def once() -> float:
        start = time.perf_counter()
        sum(number * number % 7 for number in range(1_000_000))
        return (time.perf_counter() - start) * 1000

    return min(once() for _ in range(5))


def main(names: list[str]) -> None:
    """Run the named measurements, or all of them."""
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        sys.exit(f"unknown: {', '.join(unknown)}; there are: {', '.join(NAMES)}")
    print(f"calibration: {calibration():.0f} ms for a million squares", flush=True)
    for name in names or NAMES:
        start = time.perf_counter()
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False)
        print(f"{name}: {time.perf_counter() - start:.0f} s\n", flush=True)
        if done.returncode:
            sys.exit(done.returncode)


if __name__ == "__main__":
    main(sys.argv[1:])
