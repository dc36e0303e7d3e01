"""Picture files and arrays of pixels: reading, writing, colour profiles, sizes."""
