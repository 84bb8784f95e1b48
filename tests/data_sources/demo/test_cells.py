import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data_sources.demo.cells import fitted_cells, power_diagram, smooth_coverage, to_degrees, to_plane

SQUARE = shapely.box(0, 0, 40, 30)


def scattered(seed: int, count: int) -> np.ndarray:
    """Points at least three kilometres apart."""
    rng = np.random.default_rng(seed)
    spots = [(x, y) for x in range(4, 38, 5) for y in range(4, 28, 5)]
    return np.array(spots, float)[rng.permutation(len(spots))[:count]] + rng.uniform(-1, 1, (count, 2))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 9))
@example(424, 9)
def test_cells_tile_the_ground_whatever_the_weights(seed: int, count: int) -> None:
    weights = np.random.default_rng(seed).uniform(-20, 20, count)
    diagram = power_diagram(scattered(seed, count), weights, SQUARE)
    assert diagram.areas.sum() == pytest.approx(SQUARE.area)
    # on a grid: the union of cells whose corners differ by a rounding may lose some of them
    assert shapely.union_all(diagram.cells, grid_size=1e-6).area == pytest.approx(SQUARE.area)


def test_without_weights_a_point_belongs_to_the_nearest_site() -> None:
    sites = scattered(1, 6)
    diagram = power_diagram(sites, np.zeros(6), SQUARE)
    for point in np.random.default_rng(2).uniform([0, 0], [40, 30], (50, 2)):
        nearest = int(np.argmin(((sites - point) ** 2).sum(axis=1)))
        assert diagram.cells[nearest].buffer(1e-9).contains(shapely.Point(point))


@pytest.mark.parametrize("seed", range(4))
def test_cells_get_the_areas_asked_for(seed: int) -> None:
    areas = np.random.default_rng(seed).uniform(1, 3, 6)
    cells = fitted_cells(scattered(seed, 6), areas, SQUARE, moves=3)
    got = np.array([c.area for c in cells])
    assert got == pytest.approx(areas * SQUARE.area / areas.sum(), rel=0.01)


def test_cut_to_land_the_cells_share_their_borders_and_leave_the_lake_out() -> None:
    land = SQUARE.difference(shapely.Point(20, 15).buffer(5))
    cells = fitted_cells(scattered(5, 6), np.ones(6), SQUARE, moves=1)
    drawn = smooth_coverage(cells, land, 0.05)
    assert shapely.coverage_is_valid(drawn)
    assert shapely.union_all(drawn).area == pytest.approx(land.area, rel=0.01)


def test_the_projection_keeps_areas_and_can_be_undone() -> None:
    corners = np.array([[107.0, 16.0], [107.1, 16.0], [107.1, 16.1], [107.0, 16.1]])
    assert to_degrees(to_plane(corners)) == pytest.approx(corners)
    # a spherical rectangle: R² · Δλ · (sin φ₂ − sin φ₁)
    exact = 6371.007**2 * np.radians(0.1) * (np.sin(np.radians(16.1)) - np.sin(np.radians(16.0)))
    assert shapely.Polygon(to_plane(corners)).area == pytest.approx(exact)
