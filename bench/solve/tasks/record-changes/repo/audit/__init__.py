"""An audit trail."""
