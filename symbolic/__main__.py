"""``python -m symbolic`` is ``symbolic-convert``."""

from symbolic.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
