"""A request becomes frames: targets, start picture, step, loop."""
