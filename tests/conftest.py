"""Settings of the whole suite."""

from hypothesis import settings

# No deadline: on a shared machine a slow example is not a wrong one. The rest is hypothesis's own.
settings.register_profile("suite", settings(), deadline=None)
settings.load_profile("suite")
