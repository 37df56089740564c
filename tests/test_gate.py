"""The gate refuses what it must."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmark.gate import MARGIN, compare, updated


def test_a_fall_and_a_missing_measure_are_refused():
    assert compare({"whole": 0.7}, {"whole": 0.7}) == []
    assert len(compare({"whole": 0.7, "cue.exact": 0.5}, {"whole": 0.69})) == 2


def test_floors_rise_but_fall_only_when_asked():
    assert updated({"whole": 0.7}, {"whole": 0.8}, lower=False) == {"whole": round(0.8 - MARGIN, 4)}
    assert updated({"whole": 0.7}, {"whole": 0.6}, lower=False) == {"whole": 0.7}
    assert updated({"whole": 0.7}, {"whole": 0.6}, lower=True) == {"whole": round(0.6 - MARGIN, 4)}
