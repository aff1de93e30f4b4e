"""``python -m eval`` is ``symbolic-eval``."""

import sys

from eval.cli import main

sys.exit(main())
