"""The measured claims, against a peer, in one run: `make bench`."""
