"""The records of a run: its recipe, the table of its losses, its picture and its film."""
