"""The suites a plug-in author runs against their own adapter."""
