"""What is kept of a run: its recipe and the table of its losses."""
