"""Programs that make the figures and pictures of the README and of `docs/`, to be started at the top of a clone.

`python -m benchmarks COMMAND` measures; `quality`, `sizes`, `looks`, `networks`, `contact_sheet`, `screenshots`,
`embedded_factors` and `convert_embedded`, which makes the embedded network, are started by module.
"""
