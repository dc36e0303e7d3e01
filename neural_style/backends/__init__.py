"""The backends that paint: the one place where an engine and its network are bound together."""
