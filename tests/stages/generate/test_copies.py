"""What an answer repeats of other files is left out."""

from journeyman.stages.generate.copies import without_copies

FILES = {
    "a.py": "def clock(s):\n    raise NotImplementedError\n",
    "b.py": "@cached\ndef headline(name):\n    return name\n\n\nclass Track:\n    title = ''\n",
}


def test_a_definition_of_another_file_word_for_word_goes() -> None:
    answer = "@cached\ndef headline(name):\n    return name\n\n\ndef clock(s):\n    return s\n"
    assert without_copies(answer, path="a.py", files=FILES).strip() == "def clock(s):\n    return s"


def test_one_that_differs_stays() -> None:
    answer = "class Track:\n    title = 'x'\n"
    assert without_copies(answer, path="a.py", files=FILES) == answer


def test_a_name_of_the_file_itself_stays() -> None:
    files = {**FILES, "c.py": FILES["a.py"]}
    assert without_copies(FILES["a.py"], path="a.py", files=files) == FILES["a.py"]


def test_what_is_no_python_stays() -> None:
    assert without_copies("def (", path="a.py", files=FILES) == "def ("
