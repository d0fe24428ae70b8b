"""Where the dots of a release stand."""

from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.plot import plot


@given(st.lists(st.floats(-1000, 10_000_000), max_size=200))
def test_every_dot_stands_on_the_canvas_in_the_order_of_time(offsets: list[float]) -> None:
    """However early, late or many."""
    drawn = plot(offsets)
    assert len(drawn.dots) == len(offsets)
    assert [dot.x for dot in drawn.dots] == sorted(dot.x for dot in drawn.dots)
    assert all(0 <= dot.x <= 100 and 0 <= dot.y <= drawn.height for dot in drawn.dots)
    assert 2 <= len(drawn.ticks) <= 6


def test_what_left_before_the_lift_stands_before_its_line() -> None:
    """It must not happen, and if it does it is seen."""
    drawn = plot([-3, 0, 5])
    assert [dot.x < drawn.lift_x for dot in drawn.dots] == [True, False, False]


def test_one_straggler_does_not_make_the_others_a_blot() -> None:
    """Time then goes by powers of ten."""
    assert plot([3, 6, 24, 96]).is_stretched is False
    stretched = plot([3, 6, 24, 5000])
    assert stretched.is_stretched
    assert stretched.dots[2].x - stretched.dots[0].x > 10


def test_dots_at_the_same_instant_stand_above_each_other() -> None:
    """None hides another."""
    drawn = plot([5.0] * 8 + [9.0])
    assert len({(dot.x, dot.y) for dot in drawn.dots}) == 9
