"""The VGG networks as numbers: layers, features and gradients. Pure numerics: no files, no clock, no globals."""
