"""The pure pieces: the stuck detector, the texts, the folds, the arguments; whatever a model may say."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyman.domain.prompt import Role, ToolCall, ToolResult, Turn
from journeyman.stages.generate.agent.catalogue import CATALOGUE, MisuseError, read_arguments
from journeyman.stages.generate.agent.folding import Fold, fold_point, size_tokens, story, view
from journeyman.stages.generate.agent.stuck import Deed, trouble
from journeyman.stages.generate.agent.text import EditError, clip, numbered, readable, replace_once

NAMES = [tool.name for tool in CATALOGUE]


def deed(*calls: str, result: str = "ok", broken: bool = False) -> Deed:
    return Deed(calls=tuple((call, "{}") for call in calls), results=(result,) * len(calls), broken=broken)


@pytest.mark.parametrize(
    ("deeds", "word"),
    [
        ([deed("view")] * 4, "same call"),
        ([deed("view"), deed("run")] * 3, "in turn"),
        ([deed("check", result="2 fail"), deed("run", result="1"), deed("check", result="2 fail")] * 2, "same of the"),
        ([deed()] * 3, "called no tool"),
        ([deed("edit", result=str(n), broken=True) for n in range(3)], "could be read"),
    ],
    ids=["repeat", "alternation", "verdict", "monologue", "form"],
)
def test_a_circle_is_seen(deeds: list[Deed], word: str) -> None:
    assert word in trouble(deeds)
    assert not trouble(deeds[:-1])


def test_the_same_call_with_another_result_is_no_circle() -> None:
    assert not trouble([deed("run", result=str(number)) for number in range(30)])


def test_what_lies_outside_the_window_is_past() -> None:
    checks = [deed("check", result="2 fail")] * 2
    between = [deed("run", result=str(number)) for number in range(30)]
    assert not trouble([*checks, *between, checks[0]])


@given(st.lists(st.builds(deed, st.sampled_from(NAMES), result=st.sampled_from("ab"), broken=st.booleans())))
def test_trouble_goes_by_the_window_alone(deeds: list[Deed]) -> None:
    assert trouble(deeds) == trouble(deeds[-20:])


@given(st.text(max_size=300), st.sampled_from([*NAMES, "fly", ""]))
def test_what_is_no_object_of_json_is_refused_in_words(written: str, name: str) -> None:
    with pytest.raises(MisuseError) as refused:
        read_arguments(name, "[" + written)
    assert str(refused.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)


@given(
    st.sampled_from(NAMES),
    st.dictionaries(st.sampled_from(["path", "old", "new", "command", "timeout_s", "query", "x"]), json_values),
)
def test_any_object_is_read_or_refused(name: str, given_: dict[str, object]) -> None:
    try:
        arguments = read_arguments(name, json.dumps(given_))
    except MisuseError as refused:
        assert name in str(refused)  # noqa: PT017 - either way is right; both are looked at
        return
    assert set(arguments.words) | set(arguments.numbers) <= set(given_)


def test_numbers_may_come_as_words() -> None:
    assert read_arguments("view", '{"path": "a", "start": "3"}').numbers == {"start": 3}


@given(st.text(alphabet="ab\n", max_size=200), st.text(alphabet="ab\n", max_size=4), st.text(max_size=4))
def test_an_edit_fits_once_or_not_at_all(text: str, old: str, new: str) -> None:
    try:
        edited, line = replace_once(text, old, new)
    except EditError as error:
        assert str(error)  # noqa: PT017
        assert not old or old == new or text.count(old) != 1
        return
    assert edited == text.replace(old, new)
    assert 1 <= line <= text.count("\n") + 1


def test_an_edit_that_misses_shows_what_stands_there() -> None:
    with pytest.raises(EditError, match="    2 \\|     return 0"):
        replace_once("def f():\n    return 0\n", "    return  0", "    return 1")
    with pytest.raises(EditError, match="3 times, at lines 1, 2, 3"):
        replace_once("a\na\na\n", "a", "b")


def test_line_endings_of_a_file_stay() -> None:
    assert replace_once("a\r\nb\r\nc\r\n", "a\nb", "x\ny")[0] == "x\r\ny\r\nc\r\n"


def test_output_is_text_without_colours_and_bars() -> None:
    assert readable(b"\x1b[31mred\x1b[0m\r\n10%\r50%\r100%\n\x07bell\xff") == "red\n100%\nbell\ufffd"


@given(st.text(max_size=400), st.integers(10, 100))
def test_a_clip_keeps_both_ends(text: str, limit: int) -> None:
    clipped = clip(text, limit=limit, narrow="Ask less.")
    assert clipped.startswith(text[: limit // 2])
    assert clipped.endswith(text[-(limit // 2) :])
    assert (clipped == text) == (len(text) <= limit)


def test_a_view_says_where_it_goes_on() -> None:
    text = "".join(f"line {number}\n" for number in range(1, 1001))
    assert numbered(text).endswith("  300 | line 300\n[lines 1-300 of 1000; go on with start=301]")
    assert numbered(text, start=999) == "  999 | line 999\n 1000 | line 1000\n[lines 999-1000 of 1000]"
    assert numbered(text, start=5000).startswith(" 1000 | line 1000")
    assert numbered("") == "(the file is empty)"


exchanges = st.lists(
    st.tuples(
        st.lists(st.tuples(st.sampled_from([*NAMES, "fly"]), st.text(max_size=30)), max_size=3), st.text(max_size=400)
    ),
    max_size=12,
)


def log_of(said: list[tuple[list[tuple[str, str]], str]]) -> list[Turn]:
    turns = [Turn(role=Role.USER, text="the task")]
    for number, (asked, text) in enumerate(said):
        calls = tuple(
            ToolCall(id=f"{number}.{place}", name=name, arguments=arguments)
            for place, (name, arguments) in enumerate(asked)
        )
        results = tuple(ToolResult(call_id=call.id, name=call.name, text=text) for call in calls)
        turns += [Turn(role=Role.MODEL, text="", calls=calls), Turn(role=Role.USER, text="", results=results)]
    return turns


@given(exchanges, st.integers(0, 600))
def test_a_fold_never_parts_a_call_from_its_result_nor_loses_the_task(
    said: list[tuple[list[tuple[str, str]], str]], keep_tokens: int
) -> None:
    log = log_of(said)
    upto = fold_point(log, Fold(), keep_tokens=keep_tokens)
    shown = view(log, Fold(upto=upto, text=story(log[1:upto])))
    assert shown[0].text.startswith("the task")
    assert [turn.role for turn in shown] == [Role.USER if n % 2 == 0 else Role.MODEL for n in range(len(shown))]
    for answer, result in zip(shown[1::2], shown[2::2], strict=True):
        assert [call.id for call in answer.calls] == [one.call_id for one in result.results]
    if len(log) > 1:
        assert shown[-1] == log[-1], "the last exchange stays"
    assert len(shown) <= 3 or size_tokens(shown[1:]) <= keep_tokens
