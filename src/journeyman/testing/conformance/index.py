"""What every code index must do.

Subclass it in a test module that has the fixtures `index` and `repository`; what is checked out in the
repository are `INDEXED_FILES`.
"""

from journeyman.domain.context import Query, Snippet
from journeyman.ports.index import CodeIndex
from journeyman.ports.repository import Repository

INDEXED_FILES = {
    "shop/totals.py": (
        '"""Totals of a cart."""\n\n\n'
        "def subtotal(lines):\n"
        '    """Return the sum of all line prices before discounts."""\n'
        "    return sum(line.price * line.quantity for line in lines)\n"
    ),
    "shop/line.py": "class Line:\n    def __init__(self, price, quantity):\n        self.price = price\n"
    "        self.quantity = quantity\n",
    "shop/weather.py": "def is_raining():\n    return False",
    "README.md": "# Shop\n\nCarts and their discounts.\n",
}
"""Path -> text. The last line of one file has no end."""


class CodeIndexConformance:
    """The promises of `ports.index.CodeIndex`, each as a test."""

    async def test_what_is_meant_comes_first(self, index: CodeIndex, repository: Repository) -> None:
        """The function that the query speaks of is found."""
        hits = await search(index, repository, Query(text="the subtotal of line prices ignores quantity"))
        assert hits[0].path == "shop/totals.py"
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)

    async def test_named_paths_come_first(self, index: CodeIndex, repository: Repository) -> None:
        """A path that the query gives is shown even if no word matches."""
        hits = await search(index, repository, Query(text="subtotal", paths=("shop/weather.py",)))
        assert hits[0].path == "shop/weather.py"
        assert "shop/totals.py" in [hit.path for hit in hits]

    async def test_the_limit_holds(self, index: CodeIndex, repository: Repository) -> None:
        """Never more than asked for."""
        hits = await search(index, repository, Query(text="shop price line cart discounts", limit=2))
        assert len(hits) == 2

    async def test_nothing_found_is_empty(self, index: CodeIndex, repository: Repository) -> None:
        """Words that are nowhere find nothing."""
        assert await search(index, repository, Query(text="zygote xylophone")) == ()
        assert await search(index, repository, Query(text="")) == ()

    async def test_snippets_are_the_lines_they_say(self, index: CodeIndex, repository: Repository) -> None:
        """Text, lines and blob fit together to the byte, and no line is shown twice."""
        snapshot = await repository.snapshot("")
        blobs = {entry.path: entry.blob for entry in snapshot.entries}
        hits = await search(index, repository, Query(text="subtotal price quantity raining carts", limit=50))
        shown: set[tuple[str, int]] = set()
        for hit in hits:
            lines = INDEXED_FILES[hit.path].splitlines(keepends=True)
            assert hit.text == "".join(lines[hit.start_line - 1 : hit.end_line])
            assert hit.blob == blobs[hit.path]
            assert hit.retriever
            numbers = {(hit.path, line) for line in range(hit.start_line, hit.end_line + 1)}
            assert numbers
            assert not shown & numbers
            shown |= numbers

    async def test_the_same_question_has_the_same_answer(self, index: CodeIndex, repository: Repository) -> None:
        """Searching is a function of the tree and the query."""
        query = Query(text="price of a line")
        assert await search(index, repository, query) == await search(index, repository, query)

    async def test_a_name_leads_to_its_definition(self, index: CodeIndex, repository: Repository) -> None:
        """Plain or qualified, in whatever case; never more than asked for, and nothing for a name nobody defines."""
        snapshot = await repository.snapshot("")
        for name in ("subtotal", "SubTotal"):
            (found,) = await index.symbols(snapshot, name)
            assert found.path == "shop/totals.py"
            assert found.start_line <= 4 <= found.end_line
            assert "def subtotal" in found.text
        assert (await index.symbols(snapshot, "Line.__init__"))[0].path == "shop/line.py"
        assert await index.symbols(snapshot, "no_such_name") == ()
        assert await index.symbols(snapshot, "subtotal", limit=0) == ()

    async def test_a_name_leads_to_its_uses(self, index: CodeIndex, repository: Repository) -> None:
        """Whole words only, every line once, in order of path and line."""
        snapshot = await repository.snapshot("")
        uses = await index.references(snapshot, "price")
        assert [(use.path, use.start_line) for use in uses] == [
            ("shop/line.py", 2),
            ("shop/line.py", 3),
            ("shop/totals.py", 6),
        ]
        assert all(use.start_line == use.end_line for use in uses)
        assert len(await index.references(snapshot, "price", limit=2)) == 2
        for odd in ("", "(((", "no_such_name", "pri"):
            assert await index.references(snapshot, odd) == ()

    async def test_a_score_is_the_sum_of_what_the_retrievers_gave(
        self, index: CodeIndex, repository: Repository
    ) -> None:
        """Where several of them had a say."""
        for hit in await search(index, repository, Query(text="the subtotal of line prices")):
            if hit.shares:
                assert abs(sum(share.score for share in hit.shares) - hit.score) < 0.01


async def search(index: CodeIndex, repository: Repository, query: Query) -> tuple[Snippet, ...]:
    """Search the checked-out commit."""
    return await index.search(await repository.snapshot(""), query)
