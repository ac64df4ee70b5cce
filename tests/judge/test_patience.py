"""How long a candidate's tests may take."""

from journeyman.domain.verification import Baseline
from journeyman.judge.baseline import hurry
from journeyman.settings import JudgeSettings


def test_a_quick_suite_gets_a_minute_whatever_the_machine_does() -> None:
    assert hurry(JudgeSettings(), Baseline(results=(), duration_s=0.4)).wall_time_s == 60.0


def test_a_long_suite_may_take_many_times_as_long_as_at_the_base() -> None:
    assert hurry(JudgeSettings(), Baseline(results=(), duration_s=12.0)).wall_time_s == 240.0


def test_nothing_takes_longer_than_the_ceiling() -> None:
    assert hurry(JudgeSettings(), Baseline(results=(), duration_s=300.0)).wall_time_s == 600.0
    assert hurry(JudgeSettings(wall_time_s=5.0), Baseline(results=(), duration_s=0.4)).wall_time_s == 5.0


def test_a_person_may_switch_it_off() -> None:
    assert hurry(JudgeSettings(slowdown=0.0), Baseline(results=(), duration_s=0.4)).wall_time_s == 600.0
