"""Contract checks: the product is served in a sandbox and asked as its OpenAPI document says it may be."""

from journeyman.judge.contract.examination import ContractExamination, ContractTools

__all__ = ["ContractExamination", "ContractTools"]
