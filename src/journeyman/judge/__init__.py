"""The hermetic judge: rebuilds the world from the base commit and trusts nothing the candidate wrote."""
