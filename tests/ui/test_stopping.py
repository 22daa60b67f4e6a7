"""Ending the answer that a page waits for."""

from __future__ import annotations

from ui.stopping import Stops

PAGE, OTHER = "page", "other"


def test_a_stop_ends_the_question_of_its_page_and_no_other() -> None:
    stops = Stops()
    with stops.one(PAGE, 1) as stop, stops.one(OTHER, 1) as other:
        stops.stop(PAGE, 1)
        assert stop.is_set() and not other.is_set()


def test_a_stop_that_comes_before_its_question_begins_ends_it() -> None:
    stops = Stops()
    stops.stop(PAGE, 1)
    assert not stops.busy
    with stops.one(PAGE, 1) as stop:
        assert stop.is_set()


def test_a_stop_that_comes_late_ends_no_later_question() -> None:
    stops = Stops()
    with stops.one(PAGE, 1):
        pass
    stops.stop(PAGE, 1)
    with stops.one(PAGE, 2) as stop:
        stops.stop(PAGE, 1)
        assert not stop.is_set()
        assert stops.busy
    assert not stops.busy


def test_a_page_that_is_left_ends_its_question() -> None:
    stops = Stops()
    with stops.one(PAGE, 3) as stop:
        stops.leave(PAGE)
        assert stop.is_set() and not stops.busy
    stops.leave("never seen")
