"""How many keys the commonest work takes, pressed in a real browser (headless Chromium) on a generated city, beside the limit of each.

    PYTHONPATH=src:. python benchmarks/keys.py

The presses themselves stand in tests/journeys/test_keys.py, which asserts the limits.
"""

import sys

import pytest

if __name__ == "__main__":
    sys.exit(pytest.main(["-q", "-s", "-n", "0", "-p", "no:randomly", "tests/journeys/test_keys.py"]))
