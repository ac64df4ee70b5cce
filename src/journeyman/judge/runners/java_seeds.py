"""The sentinels of Java, in both generations of JUnit."""

from journeyman.domain.verification import TestOutcome
from journeyman.judge.sentinel import Seed

_PASSED, _FAILED, _ERROR = TestOutcome.PASSED, TestOutcome.FAILED, TestOutcome.ERROR
_BODY = """\
public class Zz${A}Test {
    @Test
    public void zz$a() { assertEquals($low2, $low + $low); }

    @Test
    public void zz$b() { assertEquals($low, $high); }

    @Test
    public void zz$c() { assertTrue(Integer.valueOf($low).equals($high)); }

    @Test
    public void zz$d() { throw new IllegalStateException("$low"); }

    @Test
    public void zz$e() { assertNotNull(null); }
"""
_EXPECTED = {
    "Zz${A}Test::zz$a": ("pass", _PASSED),
    "Zz${A}Test::zz$b": ("equals", _FAILED),
    "Zz${A}Test::zz$c": ("true", _FAILED),
    "Zz${A}Test::zz$d": ("raises", _ERROR),
    "Zz${A}Test::zz$e": ("not-null", _FAILED),
}
JUPITER = Seed(
    file="Zz${A}Test.java",
    source="import static org.junit.jupiter.api.Assertions.*;\n\nimport org.junit.jupiter.api.Test;\n\n"
    + _BODY
    + """
    @Test
    public void zz$f() { assertThrows(RuntimeException.class, () -> {}); }
}
""",
    expected={**_EXPECTED, "Zz${A}Test::zz$f": ("throws", _FAILED)},
)
JUNIT4 = Seed(
    file="Zz${A}Test.java",
    source="import static org.junit.Assert.*;\n\nimport org.junit.Test;\n\n"
    + _BODY
    + """
    @Test(expected = RuntimeException.class)
    public void zz$f() {}
}
""",
    expected={**_EXPECTED, "Zz${A}Test::zz$f": ("throws", _FAILED)},
)
