"""The contract check: a right product passes, each kind of wrong one is refused, and none can lie its way through."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from journeyman.assembly.contracts import contract_tools
from journeyman.domain.command import CommandResult, Ending
from journeyman.domain.errors import UserError
from journeyman.domain.serving import Serving
from journeyman.domain.spec import Interface
from journeyman.domain.verification import Verdict, Verification
from journeyman.judge.contract import ContractTools
from journeyman.judge.contract.examination import _read
from journeyman.judge.contract.inside.driver import Heard, results_of
from journeyman.settings import Settings
from journeyman.testing.conformance.judge import Bench

Lay = Callable[..., Awaitable[Bench]]
slow = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
DOCUMENT = b"""\
openapi: 3.1.0
info: {title: Slug API, version: "1.0"}
paths:
  /slugs:
    post:
      operationId: createSlug
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [title]
              additionalProperties: false
              properties: {title: {type: string, minLength: 1, maxLength: 50}}
      responses:
        "201":
          description: created
          content:
            application/json:
              schema: {type: object, required: [id, slug], properties: {id: {type: integer}, slug: {type: string, pattern: "^[a-z0-9-]*$"}}}
        "400": {description: no JSON}
        "422": {description: bad}
  /slugs/{id}:
    get:
      operationId: getSlug
      parameters: [{name: id, in: path, required: true, schema: {type: integer, minimum: 0, maximum: 1000000}}]
      responses:
        "200": {description: ok, content: {application/json: {schema: {type: object, required: [id, slug]}}}}
        "404": {description: none}
        "422": {description: bad}
"""
OPERATIONS = (("POST /slugs", "createSlug"), ("GET /slugs/{id}", "getSlug"))
INTERFACE = Interface(name="openapi.yaml", content=DOCUMENT, operations=OPERATIONS)
APP = """\
import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SLUGS = {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body):
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            body = json.loads(raw)
        except ValueError:
            return self.answer(400, {})
        title = body.get("title") if isinstance(body, dict) and set(body) == {"title"} else None
        if not isinstance(title, str) or not 1 <= len(title) <= 50 or "json" not in (self.headers.get("content-type") or ""):
            return self.answer(422, {})
        number = len(SLUGS) + 1
        SLUGS[number] = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        return self.answer(201, {"id": number, "slug": SLUGS[number]})

    def do_GET(self):
        found = re.fullmatch(r"/slugs/([0-9]{1,7})", self.path)
        if not found or int(found[1]) > 1000000:
            return self.answer(422, {})
        number = int(found[1])
        if number not in SLUGS:
            return self.answer(404, {})
        return self.answer(200, {"id": number, "slug": SLUGS[number]})

    def other(self):
        self.answer(405, {})

    do_PUT = do_PATCH = do_DELETE = do_TRACE = do_OPTIONS = do_HEAD = do_QUERY = other

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
BASE = {"app.py": "", "tests/test_there.py": "def test_there():\n    assert True\n"}
SERVE = Serving(serve=("python", "app.py", "{port}"), examples=5, wall_time_s=150.0)

WRONG = {
    "another shape": (
        APP.replace('.lower()).strip("-")', ').strip("-")').replace("[^a-z0-9]", "[^A-Za-z0-9]"),
        "violates schema",
    ),
    "a crash": (
        APP.replace("        if number not in SLUGS:\n            return self.answer(404, {})\n", "").replace(
            "SLUGS[number]})\n\n    def other", "SLUGS[number]} if number in SLUGS else 1 / 0)\n\n    def other"
        ),
        "getSlug",
    ),
    "an undocumented status": (APP.replace("self.answer(404, {})", "self.answer(418, {})"), "418"),
    "is not served": ("import there_is_no_such_module\n", "there_is_no_such_module"),
}
LIAR = APP.replace(
    "    ThreadingHTTPServer(",
    """\
    import glob, os
    for path in [*glob.glob("/opt/journeyman/contract/**", recursive=True), "/work/schemathesis.toml", "schemathesis.toml"]:
        try:
            open(path, "w").write("[checks]\\nenabled = false\\n")
        except OSError:
            pass
    for number in glob.glob("/proc/[0-9]*"):
        try:
            for descriptor in os.listdir(number + "/fd"):
                open(number + "/fd/" + descriptor, "wb", 0).write(b'{"token": "x", "results": []}')
        except OSError:
            pass
    ThreadingHTTPServer(""",
).replace("self.answer(404, {})", "self.answer(418, {})")


def tools() -> ContractTools:
    found = contract_tools(Settings())
    assert found is not None
    return replace(found, serving=SERVE)


async def verify(lay: Lay, app: str, **more: str) -> Verification:
    bench = await lay(BASE, contracts=tools(), interfaces=(INTERFACE,))
    return await bench.verify({"app.py": app, **more})


class TestServed:
    pytestmark = slow

    async def test_a_right_product_passes(self, lay: Lay) -> None:
        verification = await verify(lay, APP)
        assert [finding.reason for finding in verification.findings] == []
        check = verification.checks[-1]
        assert (check.name, [result.node_id for result in check.results]) == (
            "contract",
            ["contract::createSlug", "contract::getSlug"],
        )

    @pytest.mark.parametrize(("app", "says"), WRONG.values(), ids=WRONG)
    async def test_a_wrong_product_is_refused(self, app: str, says: str, lay: Lay) -> None:
        verification = await verify(lay, app)
        assert says in " ".join(finding.reason for finding in verification.findings)
        assert verification.verdict is Verdict.REJECTED
        assert {finding.rule for finding in verification.findings} == {"contract-broken"}

    async def test_a_product_cannot_weaken_what_it_is_asked(self, lay: Lay) -> None:
        toml = "[checks]\nstatus_code_conformance.enabled = false\nnot_a_server_error.enabled = false\n"
        verification = await verify(lay, LIAR, **{"schemathesis.toml": toml})
        assert "418" in " ".join(
            finding.reason for finding in verification.findings if finding.rule == "contract-broken"
        )


def test_it_must_be_said_how_the_product_is_served() -> None:
    found = replace(tools(), serving=Serving())
    with pytest.raises(UserError, match="how the product is served"):
        found.require_servable((INTERFACE,))
    found.require_servable(())


def test_an_operation_that_nobody_asked_did_not_pass() -> None:
    heard = Heard()
    heard.asked = {"POST /slugs": 7}
    found = results_of(dict(OPERATIONS), heard, "")
    assert [(item["operation"], item["outcome"]) for item in found] == [("createSlug", "passed"), ("getSlug", "error")]


def test_a_failure_counts_even_where_the_rest_broke_off() -> None:
    heard = Heard()
    heard.fail("POST /slugs", "Server error", "500")
    assert [item["outcome"] for item in results_of(dict(OPERATIONS), heard, "TimeoutError")] == ["failed", "error"]


@pytest.mark.parametrize(
    ("ending", "report"),
    [
        (Ending.TIMED_OUT, b""),
        (Ending.EXITED, b'{"token": "another", "results": []}'),
        (Ending.EXITED, b'{"token": "right", "results": []}'),
    ],
    ids=["cut short", "another token", "an operation is missing"],
)
def test_what_nobody_vouches_for_shows_nothing(ending: Ending, report: bytes) -> None:
    results, _ = _read(CommandResult(ending=ending, exit_status=0, output=b"", report=report), INTERFACE, "right")
    assert [result.outcome.value for result in results] == ["error", "error"]
