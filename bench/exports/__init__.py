"""Files out, measured beside a peer."""
