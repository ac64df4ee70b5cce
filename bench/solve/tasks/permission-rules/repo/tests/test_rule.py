from guard.rule import Rule, rules_of


def test_rules_of():
    assert rules_of("allow docs/**\n\ndeny a.txt\n") == [
        Rule("docs/**", True),
        Rule("a.txt", False),
    ]
