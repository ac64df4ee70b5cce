import pytest
from builder.errors import CycleError
from builder.order import build_order
from builder.steps import Steps


def steps_of(**needs):
    steps = Steps()
    for name, others in needs.items():
        steps.add(name, *others.split())
    return steps


def test_needs_come_first():
    assert build_order(steps_of(app="lib", lib="base")) == ["base", "lib", "app"]


def test_free_choice_is_alphabetical():
    assert build_order(steps_of(c="", a="", b="")) == ["a", "b", "c"]


def test_the_choice_is_made_anew_after_every_step():
    assert build_order(steps_of(a="z", m="", y="")) == ["m", "y", "z", "a"]
    assert build_order(steps_of(b="a", c="", a="")) == ["a", "b", "c"]


def test_a_diamond():
    order = build_order(steps_of(top="left right", left="bottom", right="bottom"))
    assert order == ["bottom", "left", "right", "top"]


def test_a_cycle_is_refused():
    with pytest.raises(CycleError) as caught:
        build_order(steps_of(x="y", y="x", free="", after="x"))
    assert caught.value.names == ["after", "x", "y"]


def test_a_step_that_needs_itself():
    with pytest.raises(CycleError) as caught:
        build_order(steps_of(a="a", b=""))
    assert caught.value.names == ["a"]


def test_no_steps():
    assert build_order(Steps()) == []
