from guard.decide import may_use
from guard.match import matches
from guard.rule import rules_of


def test_one_star_stays_within_a_segment():
    assert matches("docs/*.md", "docs/a.md")
    assert not matches("docs/*.md", "docs/old/a.md")
    assert not matches("*", "docs/a.md")


def test_two_stars_match_any_number_of_segments():
    assert matches("src/**", "src/a/b/c.py")
    assert matches("src/**/c.py", "src/a/b/c.py")
    assert matches("src/**/c.py", "src/c.py")
    assert matches("**/test_*.py", "test_a.py")


def test_patterns_describe_the_whole_path():
    assert not matches("docs", "docs/a.md")
    assert not matches("a.md", "docs/a.md")
    assert not matches("src/**", "lib/src/a.py")


def test_without_a_matching_rule_the_answer_is_no():
    assert not may_use([], "a.txt")
    assert not may_use(rules_of("allow docs/**"), "src/a.py")


def test_the_longest_pattern_decides():
    rules = rules_of("allow docs/**\ndeny docs/secret/**\nallow docs/secret/public.md")
    assert may_use(rules, "docs/a.md")
    assert not may_use(rules, "docs/secret/a.md")
    assert may_use(rules, "docs/secret/public.md")


def test_deny_wins_between_equally_long_patterns():
    assert not may_use(rules_of("deny docs/*\nallow */a.md"), "docs/a.md")
    assert not may_use(rules_of("allow */a.md\ndeny docs/*"), "docs/a.md")
    assert may_use(rules_of("allow docs/**\ndeny **/a.md\nallow **/a*.md"), "docs/a.md")


def test_several_double_stars():
    assert matches("**/old/**/x.txt", "a/old/b/c/x.txt")
    assert not matches("**/old/**/x.txt", "a/b/x.txt")
