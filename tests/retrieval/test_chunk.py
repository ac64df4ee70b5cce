"""Chunks: cut by syntax, every line exactly once, whatever the file holds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyman.retrieval.chunk import MAX_CHARACTERS, MAX_LINES, chunks_of, lines_of, text_of_lines

SUFFIXES = ["py", "js", "ts", "tsx", "go", "rs", "java", "c", "rb", "md", "toml", ""]
FRAGMENTS = [
    "def f(x):",
    "    return x",
    "class A:",
    "    def m(self): pass",
    "@decorated",
    "if True:",
    "# comment",
    '"""',
    "function g(a) {",
    "}",
    "const h = () => {",
    "export class B {",
    "fn k() {",
    "impl C {",
    "func (s *S) Do() {",
    "type T struct {",
    "end",
    "module M",
    "# Heading",
    "```",
    "",
    "\f",
    "x" * 900,
    "    \t y = 1",
    "é\u2028\x0b\x85",
    "a\rb",
    "\ufeff",
]


def shown(path: str, text: str) -> list[tuple[int, int, str]]:
    return [(chunk.start_line, chunk.end_line, chunk.symbol) for chunk in chunks_of(path, text)]


@settings(deadline=None)
@given(
    st.sampled_from(SUFFIXES),
    st.one_of(st.text(), st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("\n".join)),
)
def test_every_line_is_in_exactly_one_chunk(suffix: str, text: str) -> None:
    chunks = chunks_of(f"a.{suffix}", text)
    covered = [line for chunk in chunks for line in range(chunk.start_line, chunk.end_line + 1)]
    assert covered == list(range(1, len(lines_of(text)) + 1 if text else 1))
    assert "".join(text_of_lines(text, chunk.start_line, chunk.end_line) for chunk in chunks) == text
    assert all(
        chunk.lines == 1 or len(text_of_lines(text, chunk.start_line, chunk.end_line)) <= MAX_CHARACTERS + 200
        for chunk in chunks
    )


def body(lines: int, *, indent: str = "    ", text: str = "x += {}") -> str:
    return "".join(f"{indent}{text.format(number)}\n" for number in range(lines))


def test_python_definitions_are_chunks() -> None:
    text = (
        '"""Module."""\nimport os\n\n\n'
        f"# About f.\n@cached\ndef f(x):\n{body(8)}\n\n"
        'class A:\n    """Doc."""\n\n    size = 1\n\n'
        f"    def one(self):\n{body(12, indent='        ')}\n"
        f"    @property\n    async def two(self):\n{body(12, indent='        ')}\n"
        f'if os.name == "nt":\n    def g():\n{body(8, indent="        ")}'
    )
    assert shown("a.py", text) == [
        (1, 4, ""),
        (5, 17, "f"),
        (18, 22, "A"),
        (23, 36, "A.one"),
        (37, 50, "A.two"),
        (51, 52, ""),
        (53, 61, "g"),
    ]


def test_short_siblings_share_a_chunk_and_keep_their_names() -> None:
    text = "".join(f"def f{number}():\n    return {number}\n\n\n" for number in range(4))
    (chunk,) = chunks_of("a.py", text)
    assert chunk.names == ("f0", "f1", "f2", "f3")
    assert chunk.symbol == ""


def test_a_small_class_stays_whole() -> None:
    text = "class A:\n    def one(self):\n        return 1\n\n    def two(self):\n        return 2\n"
    (chunk,) = chunks_of("a.py", text)
    assert (chunk.symbol, chunk.names) == ("A", ("A", "A.one", "A.two"))


def test_a_long_function_is_cut_between_statements() -> None:
    blocks = "".join(f"    if x == {n}:\n" + body(9, indent="        ", text="y += {}") for n in range(30))
    text = f'def long(x):\n    text = """\nno statement\n"""\n{blocks}    return x\n'
    chunks = chunks_of("a.py", text)
    lines = text.splitlines()
    assert len(chunks) > 3
    assert {chunk.symbol for chunk in chunks} == {"long"}
    assert all(chunk.lines <= MAX_LINES for chunk in chunks)
    assert all(lines[chunk.start_line - 1].startswith(("    if x", "def", "    return")) for chunk in chunks)


def test_functions_inside_a_very_long_function_are_definitions() -> None:
    text = "def factory():\n" + "".join(f"    def inner_{n}():\n" + body(40, indent="        ") for n in range(4))
    assert [chunk.symbol for chunk in chunks_of("a.py", text)] == [
        "factory",
        *(f"factory.inner_{number}" for number in range(4)),
    ]


@pytest.mark.parametrize("text", ["def broken(:\n" + body(200), "print 'old python'\n" + body(200, indent="")])
def test_what_does_not_parse_is_cut_all_the_same(text: str) -> None:
    chunks = chunks_of("a.py", text)
    assert len(chunks) >= 3
    assert all(chunk.lines <= MAX_LINES for chunk in chunks)


@pytest.mark.parametrize(
    ("path", "text", "symbols"),
    [
        (
            "a.js",
            (
                "import x from 'x'\n\nexport function one(a) {\nBODY}\n\nconst two = async () => {\nBODY}\n\n"
                "class Three {\n  four() {\nBODY  }\n  five = () => {\nBODY  }\n}\n\napp.six = function () {\nBODY}\n"
            ),
            ["", "one", "two", "Three", "Three.four", "Three.five", "app.six"],
        ),
        (
            "a.ts",
            "export interface One {\n  a: string\nBODY}\n\nexport abstract class Two<T> {\n  three(): void {\nBODY  }\n}\n",
            ["One", "Two", "Two.three"],
        ),
        ("a.tsx", "export const One = () => {\nBODY  return <p>hi</p>\n}\n", ["One"]),
        (
            "a.go",
            "package a\n\ntype Stack[T any] struct {\nFIELDS}\n\nfunc (s *Stack[T]) Push(x T) {\nBODY}\n\nfunc New() {\nBODY}\n",
            ["", "Stack", "Stack.Push", "New"],
        ),
        (
            "a.rs",
            "pub struct One {\nRUST}\n\nimpl<T> Show for One<T> {\n    fn show(&self) {\nBODY    }\n}\n\nfn two() {\nBODY}\n",
            ["One", "One", "One.show", "two"],
        ),
        (
            "A.java",
            "package a;\n\npublic class One {\n    One() {\nBODY    }\n    @Override\n    public int two() {\nBODY    }\n}\n",
            ["", "One", "One.One", "One.two"],
        ),
        ("a.c", "#include <a.h>\n\nstatic int *one(int a)\n{\nBODY}\n\nstruct two {\nCFIELDS};\n", ["", "one", "two"]),
        (
            "a.rb",
            "module One\n  class Two\n    def three\nRUBY    end\n    def self.four\nRUBY    end\n  end\nend\n",
            None,
        ),
    ],
)
def test_definitions_of_other_languages(path: str, text: str, symbols: list[str] | None) -> None:
    text = text.replace("BODY", body(26, text="x = {};"))
    text = text.replace("CFIELDS", body(26, text="int x{};")).replace("FIELDS", body(26, text="x{} int"))
    text = text.replace("RUST", body(26, text="x{}: u8,")).replace("RUBY", body(26, text="x = {}"))
    found = [chunk.symbol for chunk in chunks_of(path, text)]
    assert found == (symbols or ["One", "One.Two", "One.Two.three", "One.Two.four"])


def test_markdown_is_cut_at_headings_outside_code() -> None:
    words = "some words\n" * 6
    text = f"Intro.\n\n# One\n\n{words}\n## Two\n{words}\n```sh\n# no heading\n```\n\n# Three\ntext\n"
    assert shown("a.md", text) == [(1, 2, ""), (3, 11, "One"), (12, 23, "One > Two"), (24, 25, "Three")]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "if x:\n    pass\n" + "elif x:\n    pass\n" * 3000),
        ("a.py", "x = " + "(" * 3000 + ")" * 3000 + "\n"),
        ("a.js", "if (x) {\n" * 3000 + "}\n" * 3000),
        ("a.go", "package a\nfunc (s" + " " * 200_000 + "*S) Do() {}\n"),
        ("a.md", ("# a" + " " * 4900 + "b\n") * 20),
        ("a.txt", "_" * 4900 + "\n"),
    ],
)
def test_hostile_text_is_cut_like_any_other(path: str, text: str) -> None:
    chunks = chunks_of(path, text)
    assert sum(chunk.lines for chunk in chunks) == text.count("\n")


def test_text_without_syntax_is_cut_where_it_is_indented_least() -> None:
    text = "".join(f"section {number}\n" + body(25) for number in range(12))
    lines = text.splitlines()
    chunks = chunks_of("a.conf", text)
    assert len(chunks) > 3
    assert all(lines[chunk.start_line - 1].startswith("section") for chunk in chunks)
