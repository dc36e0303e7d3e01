"""Start the page: `python app.py`. Also the entry of a Hugging Face Space.

What can be set in the environment is in `docs/server_options.md`; `neural-style app` takes the same as flags.
"""

import sys

from neural_style.cli.main import answer
from neural_style.service.options import ServerOptions
from neural_style.ui.serve import serve

if __name__ == "__main__":
    sys.exit(answer(lambda: serve(ServerOptions.from_environment())))
