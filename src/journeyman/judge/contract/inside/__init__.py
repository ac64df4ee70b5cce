"""What runs inside the sandbox beside the served product."""
