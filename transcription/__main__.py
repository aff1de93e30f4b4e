"""``python -m transcription`` is ``symbolic-transcribe``."""

import sys

from transcription.cli import main

sys.exit(main())
