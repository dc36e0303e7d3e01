"""Programs that make the figures and pictures of the README and of `docs/`, to be started at the top of a clone.

`python -m benchmarks COMMAND` measures; `quality`, `sizes`, `looks`, `networks`, `contact_sheet`, `screenshots`,
`link_picture`, `embedded_factors` and `convert_embedded`, which makes the embedded network, are started by module.
"""

import os

from neural_style.backends.loading import load_tensorflow

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow reads it when it is loaded
load_tensorflow()  # as the program does, so that the same kernels are measured
