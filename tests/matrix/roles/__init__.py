"""What each of the demo's people is answered, by hand: see tests/matrix/__init__.py for the words."""
