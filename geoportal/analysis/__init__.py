"""Pure numpy: no Django, no SQL."""
