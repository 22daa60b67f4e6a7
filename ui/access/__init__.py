"""Who may ask, and what they may do. `ui.access.protect` puts the gate before the page."""

from ui.access.headers import security_headers
from ui.access.identity import Identity, Right, Via, current_identity, identity_of, may_manage

__all__ = ["Identity", "Right", "Via", "current_identity", "identity_of", "may_manage", "security_headers"]
