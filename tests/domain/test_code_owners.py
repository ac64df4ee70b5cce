"""CODEOWNERS, as GitHub and GitLab document it."""

import pytest

from journeyman.domain.code_owners import owners_of, parse_owners

FILE = """\
# everything
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go    docs@example.com
*.txt   @octo-org/octocats
/build/logs/ @doctocat
docs/*  @docs-only
apps/   @apps
/docs2/ @doctocat2
/scripts/ @doctocat @octocat
**/logs @logs
/apps2/ @octocat
/apps2/github
path\\ with\\ space/ @spacey
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("README.md", ("global-owner1", "global-owner2")),
        ("src/deep/a.js", ("js-owner",)),
        ("main.go", ()),
        ("notes.txt", ("octo-org/octocats",)),
        ("build/logs/today/a.bin", ("logs",)),
        ("docs/getting-started.md", ("docs-only",)),
        ("docs/build-app/troubleshooting.md", ("global-owner1", "global-owner2")),
        ("sub/apps/x.md", ("apps",)),
        ("docs2/a/b.md", ("doctocat2",)),
        ("sub/docs2/b.md", ("global-owner1", "global-owner2")),
        ("scripts/run.sh", ("doctocat", "octocat")),
        ("deeply/nested/logs/x", ("logs",)),
        ("apps2/a.md", ("octocat",)),
        ("apps2/github/a.md", ()),
        ("path with space/x", ("spacey",)),
    ],
)
def test_the_last_match_wins(path: str, owners: tuple[str, ...]) -> None:
    assert owners_of(parse_owners(FILE), (path,)) == owners


def test_owners_of_several_paths_are_asked_once_each() -> None:
    assert owners_of(parse_owners(FILE), ("a.js", "b.js", "x.txt")) == ("js-owner", "octo-org/octocats")


def test_each_section_of_gitlab_has_its_say_and_its_usual_owners() -> None:
    text = "* @all\n[Database][2] @dba\nmodel/\n/schema.sql @sql\n^[Docs]\n*.md @writer\n"
    rules = parse_owners(text)
    assert owners_of(rules, ("model/a.py",)) == ("all", "dba")
    assert owners_of(rules, ("schema.sql",)) == ("all", "sql")
    assert owners_of(rules, ("a.md",)) == ("all", "writer")


@pytest.mark.parametrize("line", ["* @-x", "* @a;rm", "* <script>", "* @", "* @a/../b@c", "!*.md @x"])
def test_what_is_no_account_is_nobody(line: str) -> None:
    assert owners_of(parse_owners(line), ("a.md",)) == ()


def test_an_endless_file_ends() -> None:
    assert len(parse_owners("* @a\n" * 100_000)) == 5000
