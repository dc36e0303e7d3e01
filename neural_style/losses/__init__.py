"""The terms of the loss. Pure numerics: no files, no clock, no globals."""
