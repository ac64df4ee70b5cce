"""Links between the pages of a site."""
