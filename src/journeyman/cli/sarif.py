"""Findings as SARIF 2.1.0 (OASIS), for code-scanning views: one run, one result per finding, no clock."""

import json
from urllib.parse import quote

from journeyman import __version__
from journeyman.cli.verdict import plain_finding
from journeyman.domain.digest import digest_noun
from journeyman.domain.finding import Finding, Severity
from journeyman.judge.catalogue import meaning_of
from journeyman.pipeline.judgement import Judgement

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {
    Severity.NOTE: "note",
    Severity.ESCALATE: "warning",
    Severity.REJECT: "error",
    Severity.COMPROMISE: "error",
}


def sarif_json(judgement: Judgement) -> str:
    """Return the document as text; a finding without a path stands at the first path that changed."""
    rules = sorted({finding.rule for finding in judgement.findings})
    fallback = judgement.changed[0] if judgement.changed else "."
    run = {
        "tool": {
            "driver": {
                "name": "Journeyman",
                "semanticVersion": __version__,
                "rules": [
                    {
                        "id": rule,
                        "shortDescription": {"text": meaning_of(rule).summary},
                        "help": {"text": meaning_of(rule).remedy},
                    }
                    for rule in rules
                ],
            }
        },
        "automationDetails": {"id": "journeyman/judge/"},
        "columnKind": "utf16CodeUnits",
        "results": [_result(finding, rules, fallback) for finding in judgement.findings],
        "properties": {"verdict": judgement.verdict.value, "base": judgement.base, "head": judgement.head},
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def _result(finding: Finding, rules: list[str], fallback: str) -> dict[str, object]:
    plain = plain_finding(finding)
    uri = quote((finding.path or fallback).encode("utf-8", "surrogateescape"))
    location: dict[str, object] = {
        "physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": max(1, finding.line)}}
    }
    if finding.node_id:
        location["logicalLocations"] = [{"fullyQualifiedName": plain["node_id"], "kind": "function"}]
    return {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{plain['reason']}\nWhat to do: {plain['remedy']}"},
        "locations": [location],
        "partialFingerprints": {"journeymanFinding/v1": digest_noun((finding.rule, finding.path, finding.node_id))},
        "properties": {"severity": finding.severity.value},
    }
