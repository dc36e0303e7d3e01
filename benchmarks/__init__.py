"""Programs that make the figures and pictures of the README and of `docs/`, to be started at the top of a clone.

`python -m benchmarks COMMAND` measures; `quality`, `sizes`, `looks`, `contact_sheet`, `screenshots` and
`embedded_factors` are started by module.
"""
