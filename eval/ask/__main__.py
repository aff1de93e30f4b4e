"""``python -m eval.ask``: the same as ``symbolic-ask``."""

import sys

from eval.ask.cli import main

if __name__ == "__main__":
    sys.exit(main())
