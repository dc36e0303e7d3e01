"""The optimisers and what is wrapped around them. Pure numerics: no files, no clock, no globals."""
