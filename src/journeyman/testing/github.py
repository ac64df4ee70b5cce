"""A small GitHub in memory, behind HTTP: one repository, its pull requests, comments, pipelines and an app.

Stricter than some emulators where it matters: a second pull request of a branch is refused, and so is one whose
branch is not there.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from journeyman.testing.services import Asked, Reply

Fields = dict[str, object]
_ROUTE = re.compile(r"/repos/(?P<repo>[^/]+/[^/]+)(?P<rest>.*)")


@dataclass(slots=True, kw_only=True)
class FakeGitHub:
    """Answers requests for one repository; pass `answer` to `services.serve`."""

    repo: str = "acme/widgets"
    token: str = ""
    archived: bool = False
    has_branch: Callable[[str], str] = lambda _branch: "c" * 40
    """Branch -> commit; empty when there is none."""
    pulls: list[Fields] = field(default_factory=list)
    comments: list[Fields] = field(default_factory=list)
    labels: dict[str, list[str]] = field(default_factory=dict)
    reviewers: list[object] = field(default_factory=list)
    dispatched: list[Fields] = field(default_factory=list)
    runs: dict[int, Fields] = field(default_factory=dict)
    checks: list[Fields] = field(default_factory=list)
    statuses: list[Fields] = field(default_factory=list)
    logs: dict[int, str] = field(default_factory=dict)
    refusals: dict[str, Reply] = field(default_factory=dict)
    """`METHOD /rest` -> what is answered instead."""

    def answer(self, asked: Asked) -> Reply:
        """Answer one request."""
        if asked.path == "/app/installations/7/access_tokens":
            return Reply(status=201, body={"token": self.token, "expires_at": "2030-01-01T00:00:00Z"})
        found = _ROUTE.fullmatch(asked.path)
        if found is None or found["repo"] != self.repo:
            return Reply(status=404, body={"message": "Not Found"})
        rest = found["rest"]
        if rest == "/installation":
            return Reply(body={"id": 7})
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return Reply(status=401, body={"message": "Bad credentials"})
        if refusal := self.refusals.get(f"{asked.method} {rest}"):
            return refusal
        return self._route(asked.method, rest, asked)

    def _route(self, method: str, rest: str, asked: Asked) -> Reply:
        body = asked.body if isinstance(asked.body, dict) else {}
        number = re.sub(r"\D", "", rest.split("/")[2]) if rest.count("/") > 1 else ""
        routes: Mapping[tuple[str, str], Callable[[], Reply]] = {
            ("GET", ""): lambda: Reply(body={"archived": self.archived, "full_name": self.repo}),
            ("GET", "/pulls"): lambda: Reply(body=self.pulls[::-1]),
            ("POST", "/pulls"): lambda: self._open(body),
            ("GET", f"/pulls/{number}"): lambda: self._pull(int(number)),
            ("POST", f"/issues/{number}/labels"): lambda: self._label(number, body),
            ("POST", f"/pulls/{number}/requested_reviewers"): lambda: self._review(body),
            ("GET", f"/issues/{number}/comments"): lambda: Reply(
                body=[one for one in self.comments if one["on"] == number]
            ),
            ("POST", f"/issues/{number}/comments"): lambda: self._comment(number, body),
            ("POST", "/dispatches"): lambda: self._dispatch(body, 204),
        }
        if (method, rest) in routes:
            return routes[method, rest]()
        return self._actions(method, rest, body)

    def _actions(self, method: str, rest: str, body: Fields) -> Reply:
        if method == "POST" and (named := re.fullmatch(r"/actions/workflows/([^/]+)/dispatches", rest)):
            self.runs[len(self.runs) + 1] = {
                "id": len(self.runs) + 1, "status": "queued", "conclusion": None, "name": named[1],
                "html_url": f"https://github.example/runs/{len(self.runs) + 1}", "head_sha": "c" * 40,
            }  # fmt: skip
            run = len(self.runs)
            details = {"workflow_run_id": run, "html_url": self.runs[run]["html_url"]}
            return self._dispatch(body, 200, details if body.get("return_run_details") else None)
        if found := re.fullmatch(r"/commits/[0-9a-f]{40}/(check-runs|status)", rest):
            checks = {"total_count": len(self.checks), "check_runs": self.checks}
            return Reply(body=checks if found[1] == "check-runs" else {"statuses": self.statuses})
        if found := re.fullmatch(r"/actions/jobs/(\d+)/logs", rest):
            return Reply(body=self.logs.get(int(found[1]), "").encode(), headers={"content-type": "text/plain"})
        return Reply(status=404, body={"message": "Not Found"})

    def _open(self, body: Fields) -> Reply:
        branch = str(body["head"])
        if any(pull["state"] == "open" and _deep(pull, "head", "ref") == branch for pull in self.pulls):
            errors = [{"message": f"A pull request already exists for acme:{branch}."}]
            return Reply(status=422, body={"message": "Validation Failed", "errors": errors})
        if not self.has_branch(branch):
            return Reply(status=422, body={"message": "Validation Failed", "errors": [{"field": "head"}]})
        number = len(self.pulls) + 1
        pull: Fields = {
            "number": number, "html_url": f"https://github.example/{self.repo}/pull/{number}", "state": "open",
            "draft": body.get("draft", False), "title": body["title"], "body": body["body"], "merged": False,
            "merged_at": None, "merged_by": None, "merge_commit_sha": "9" * 40,
            "head": {"ref": branch, "sha": self.has_branch(branch), "repo": {"full_name": self.repo}},
            "base": {"ref": body["base"]},
        }  # fmt: skip
        self.pulls.append(pull)
        return Reply(status=201, body=pull)

    def _pull(self, number: int) -> Reply:
        found = next((pull for pull in self.pulls if pull["number"] == number), None)
        return Reply(body=found) if found else Reply(status=404, body={"message": "Not Found"})

    def _label(self, number: str, body: Fields) -> Reply:
        wanted = body["labels"] if isinstance(body["labels"], list) else []
        self.labels[number] = sorted({*self.labels.get(number, []), *map(str, wanted)})
        return Reply(body=[{"name": name} for name in self.labels[number]])

    def _review(self, body: Fields) -> Reply:
        names = body.get("reviewers")
        if names == ["nobody"]:
            return Reply(status=422, body={"message": "Reviews may only be requested from collaborators."})
        self.reviewers.append(names or body.get("team_reviewers"))
        return Reply(status=201, body={})

    def _comments(self, number: str) -> list[Fields]:
        return [comment for comment in self.comments if comment["on"] == number]

    def _comment(self, number: str, body: Fields) -> Reply:
        self.comments.append({"id": len(self.comments) + 1, "body": body["body"], "on": number})
        return Reply(status=201, body=self.comments[-1])

    def _dispatch(self, body: Fields, status: int, details: Fields | None = None) -> Reply:
        self.dispatched.append(body)
        return Reply(status=status if details else 204, body=details)


def _deep(fields: object, *path: str) -> object:
    for name in path:
        fields = fields.get(name) if isinstance(fields, dict) else None
    return fields
