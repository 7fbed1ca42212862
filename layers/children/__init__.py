"""Children under five: how they grow."""
