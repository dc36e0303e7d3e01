"""The parts of the page that have a look and a script of their own."""
