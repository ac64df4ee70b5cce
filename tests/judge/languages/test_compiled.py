"""Go, Rust and Java: what may be added to tests, what is protected, what a person should look at."""

import pytest

from journeyman.judge.languages.golang import Go
from journeyman.judge.languages.java import Java
from journeyman.judge.languages.language import Edit, Language
from journeyman.judge.languages.rust import Rust
from journeyman.judge.suite import Suite

GO = b'package calc\n\nimport "testing"\n\n// sums\nfunc TestAdd(t *testing.T) {\n\tif Add(1, 2) != 3 {\n\t\tt.Fail()\n\t}\n}\n'
RUST = b"use calc::*;\n\n#[test]\nfn adds() {\n    assert_eq!(add(1, 2), 3);\n}\n"
JAVA = b"package calc;\n\nclass ATest {\n    @Test\n    void adds() {\n        assertEquals(3, Calc.add(1, 2));\n    }\n}\n"


@pytest.mark.parametrize(
    ("language", "base", "old", "new"),
    [
        (Go(), GO, b"// sums\n", b""),
        (Go(), GO, b"// sums\n", b"func TestMore(t *testing.T) {}\n\n"),
        (Rust(), RUST, b"#[test]\nfn adds", b"#[test]\nfn more() {}\n\n#[test]\nfn adds"),
        (Rust(), RUST, b"use calc::*;\n", b"use calc::*; // all of it\n"),
        (Java(), JAVA, b"    @Test\n    void adds", b"    @Test\n    void more() {}\n\n    @Test\n    void adds"),
        (Java(), JAVA, b"class ATest", b"/** Sums. */\nclass ATest"),
    ],
)
def test_comments_and_added_tests_are_free(language: Language, base: bytes, old: bytes, new: bytes) -> None:
    assert old in base
    assert language.only_waived_or_new(base, base.replace(old, new), ())


@pytest.mark.parametrize(
    ("language", "base", "old", "new"),
    [
        (Go(), GO, b"!= 3", b"!= -1"),
        (Go(), GO, b"{\n\tif", b"{\n\tt.Skip()\n\tif"),
        (Go(), GO, b"func TestAdd", b"func TestMain(m *testing.M) {}\n\nfunc TestAdd"),
        (Go(), GO, b"func TestAdd", b"func init() {}\n\nfunc TestAdd"),
        (Go(), GO, b"func TestAdd", b"func BenchmarkX(b *testing.B) {}\n\nfunc TestAdd"),
        (Go(), GO, b"package calc\n", b"//go:build never\n\npackage calc\n"),
        (Rust(), RUST, b"#[test]", b"#[test]\n#[ignore]"),
        (Rust(), RUST, b"#[test]\n", b""),
        (Rust(), RUST, b"#[test]\nfn adds", b"#[test]\n#[cfg(never)]\nfn more() {}\n\n#[test]\nfn adds"),
        (Rust(), RUST, b"#[test]\nfn adds", b"macro_rules! assert_eq { () => {} }\n\n#[test]\nfn adds"),
        (Rust(), RUST, b", 3)", b", 4)"),
        (Java(), JAVA, b"@Test", b"@Disabled @Test"),
        (Java(), JAVA, b"class ATest", b"@Disabled class ATest"),
        (
            Java(),
            JAVA,
            b"    @Test\n    void adds",
            b"    @BeforeEach\n    void first() {}\n\n    @Test\n    void adds",
        ),
        (Java(), JAVA, b"    @Test\n    void adds", b"    @Test\n    void adds() {}\n\n    @Test\n    void adds2"),
        (Java(), JAVA, b"(3, ", b"(-1, "),
    ],
)
def test_everything_else_must_be_the_very_same(language: Language, base: bytes, old: bytes, new: bytes) -> None:
    assert old in base
    assert not language.only_waived_or_new(base, base.replace(old, new), ())


def test_a_waiver_is_for_one_test() -> None:
    assert Go().only_waived_or_new(GO, GO.replace(b"!= 3", b"!= 4"), ("TestAdd",))
    assert Go().only_waived_or_new(GO, GO.replace(b"!= 3", b"!= 4"), ("TestAdd::row",))
    assert Rust().only_waived_or_new(RUST, RUST.replace(b", 3)", b", 4)"), ("adds",))
    assert Java().only_waived_or_new(JAVA, JAVA.replace(b"(3,", b"(4,"), ("ATest::adds",))
    assert not Java().only_waived_or_new(JAVA, JAVA.replace(b"(3,", b"(4,"), ("ATest::other",))


SUITE = Suite(
    file_patterns=("*_test.go", "*/src/test/java/*"), inline_suffixes=(".rs",), folder_names=frozenset({"tests"})
)
INLINE = (
    b"fn f() -> i32 { 1 }\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn a() { assert_eq!(super::f(), 1); }\n}\n"
)


def found(language: Language, path: str, after: bytes | None, before: bytes | None = None) -> set[str]:
    return {finding.rule for finding in language.examine(Edit(path=path, before=before, after=after), SUITE)}


def test_tests_inside_a_product_file_stay() -> None:
    for after in (
        INLINE.replace(b"{ 1 }", b"{ 2 }"),
        INLINE.replace(b"    #[test]\n    fn a", b"    #[test]\n    fn b() {}\n    #[test]\n    fn a"),
    ):
        assert found(Rust(), "src/lib.rs", after, INLINE) == set()
    for edited in (
        INLINE.replace(b"fn a()", b"fn b()"),
        INLINE.replace(b", 1)", b", 2)"),
        INLINE.replace(b"#[cfg(test)]", b"#[cfg(never)]"),
        INLINE.partition(b"#[cfg")[0],
        None,
    ):
        assert "test-changed" in found(Rust(), "src/lib.rs", edited, INLINE)


@pytest.mark.parametrize(
    ("language", "path", "after", "rule"),
    [
        (Go(), "calc.syso", b"x", "forbidden-file"),
        (Go(), "go.sum", b"x", "protected-path"),
        (Go(), "vendor/a/a.go", b"package a\n", "protected-path"),
        (Go(), "a.go", b"package a\n\n//go:linkname x y\n", "build-hook"),
        (Go(), "a.go", b'package a\n\nimport "testing"\n', "knows-it-is-tested"),
        (Go(), "a.go", b"package a\n\nfunc f() { runtime.Caller(1) }\n", "knows-it-is-tested"),
        (Go(), "a.go", b"package a\n\nconst true = false\n", "knows-it-is-tested"),
        (Go(), "a.go", b"package a\n\nfunc len(x string) int { return 1 }\n", "knows-it-is-tested"),
        (Rust(), "build.rs", b"fn main() {}\n", "build-hook"),
        (Rust(), ".cargo/config.toml", b"", "test-configuration"),
        (Rust(), "Cargo.lock", b"", "protected-path"),
        (Rust(), "src/a.rs", b"macro_rules! assert_eq { ($($t:tt)*) => {} }\n", "knows-it-is-tested"),
        (Rust(), "src/a.rs", b"fn f() { std::process::exit(0) }\n", "knows-it-is-tested"),
        (Rust(), "src/a.rs", b"fn f() -> bool { cfg!(test) }\n", "knows-it-is-tested"),
        (Java(), "src/main/java/org/junit/Assert.java", b"package org.junit;\n", "shadowed-module"),
        (Java(), "lib/a.jar", b"x", "forbidden-file"),
        (Java(), "src/main/resources/junit-platform.properties", b"", "test-configuration"),
        (Java(), "build.gradle", b"", "protected-path"),
        (Java(), "A.java", b"class A { void f() { Runtime.getRuntime().halt(0); } }\n", "knows-it-is-tested"),
    ],
)
def test_what_is_not_ordinary(language: Language, path: str, after: bytes, rule: str) -> None:
    assert rule in found(language, path, after)


@pytest.mark.parametrize(
    ("language", "path", "after"),
    [
        (Go(), "a.go", b'package a\n\nimport "os"\n\nfunc main() { os.Exit(run()) }\n'),
        (
            Go(),
            "a.go",
            b"package a\n\ntype lengths struct{ length int }\n\nfunc (l lengths) len() int { return l.length }\n",
        ),
        (Rust(), "src/a.rs", b"pub fn add(a: i64, b: i64) -> i64 {\n    assert!(a < b);\n    a + b\n}\n"),
        (Java(), "A.java", b"class A { int add(int a, int b) { return a + b; } }\n"),
    ],
)
def test_ordinary_code_is_not_mentioned(language: Language, path: str, after: bytes) -> None:
    assert found(language, path, after) == set()


def test_manifests() -> None:
    cargo = b'[package]\nname = "a"\nversion = "1.0.0"\n'
    assert found(Rust(), "Cargo.toml", cargo.replace(b"1.0.0", b"1.0.1"), cargo) == {"protected-path"}
    assert found(Rust(), "Cargo.toml", cargo + b"[lib]\ntest = false\n", cargo) == {"test-configuration"}
    pom = b"<project><version>1</version><properties><a>1</a></properties></project>"
    assert found(Java(), "pom.xml", pom.replace(b"n>1", b"n>2"), pom) == {"protected-path"}
    assert found(Java(), "pom.xml", pom.replace(b"<a>1</a>", b"<skipTests>true</skipTests>"), pom) == {
        "test-configuration"
    }
