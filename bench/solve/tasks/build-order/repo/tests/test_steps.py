from builder.steps import Steps


def test_needs_add_up():
    steps = Steps()
    steps.add("app", "lib")
    steps.add("app", "docs")
    assert steps.names() == ["app", "lib", "docs"]
    assert steps.needs("app") == {"lib", "docs"}
    assert steps.needs("lib") == set()
