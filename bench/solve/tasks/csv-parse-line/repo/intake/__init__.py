"""Reading tables that people send."""
