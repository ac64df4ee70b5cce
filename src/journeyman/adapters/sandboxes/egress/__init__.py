"""The only way out of a sandbox, when there is one: a CONNECT proxy with an allow-list, on a private socket.

The command inside speaks to `forward.py` on 127.0.0.1, which carries every byte to the socket; the proxy
outside decides. Nothing that runs inside is trusted with a decision.
"""

from journeyman.adapters.sandboxes.egress.way_out import Egress, way_out

__all__ = ["Egress", "way_out"]
