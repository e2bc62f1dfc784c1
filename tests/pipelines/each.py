"""Runs tests one after the other, for the runners here and in tests/install."""

import time
import traceback


def failures(tests) -> int:
    """Runs each of the tests, prints how it ended, and returns how many failed."""
    failed = 0
    for test in tests:
        started = time.monotonic()
        try:
            test()
            print(f"ok    {test.__name__} ({time.monotonic() - started:.1f} s)", flush=True)
        except Exception:
            failed += 1
            print(f"FAIL  {test.__name__}\n{traceback.format_exc()}", flush=True)
    return failed
