from datetime import date
from functools import lru_cache

import numpy as np
import pytest

from terminal.traffic import Order, World, generate
from terminal.traffic.moments import NEVER


@lru_cache(maxsize=4)
def world_of(scenario: str = "normal", seed: int = 3, days: int = 120, start: date = date(2026, 2, 2)) -> World:
    """Worlds are made once a worker: nobody changes them."""
    return generate(Order(start=start, days=days, seed=seed, scenario=scenario))


@pytest.fixture(scope="session")
def world():
    """Four months of ordinary traffic."""
    return world_of()


@pytest.fixture(scope="session")
def inside(world):
    """Boxes that came in the window and have left."""
    boxes = world.boxes
    return np.flatnonzero((boxes.in_at >= world.start) & (boxes.in_at < world.end) & (boxes.out_at < NEVER))
