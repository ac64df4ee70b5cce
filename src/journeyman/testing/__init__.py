"""Honest fakes and conformance suites, public: one module per port."""
