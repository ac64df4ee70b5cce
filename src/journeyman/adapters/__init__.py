"""The plug-ins: folder = port, file = one way to fill it; an SDK is imported only here."""
