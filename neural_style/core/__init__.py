"""Pure numerics: arrays and tensors in, arrays and tensors out; no files, no clock, no printing, no globals."""
