"""Start the page: `python app.py`. Also the entry of a Hugging Face Space (`app_file`).

What can be set in the environment is in the table of `neural_style.ui.environment`.
"""

import sys

from neural_style.__main__ import main

if __name__ == "__main__":
    sys.exit(main(["app"]))
