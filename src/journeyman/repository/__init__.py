"""Host-owned git: the only place that runs git, never in a tree that someone else wrote."""
