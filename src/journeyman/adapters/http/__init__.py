"""Speaking to forges and trackers over HTTPS: one thin client, whoever is at the other end."""

from journeyman.adapters.http.answer import Answer, RefusedError
from journeyman.adapters.http.client import Patience, ServiceClient, open_service
from journeyman.adapters.http.credential import TokenSource, token_from

__all__ = ["Answer", "Patience", "RefusedError", "ServiceClient", "TokenSource", "open_service", "token_from"]
