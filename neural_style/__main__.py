"""Run the command line: `python -m neural_style`, and the console script `neural-style`."""

import sys

from neural_style.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
