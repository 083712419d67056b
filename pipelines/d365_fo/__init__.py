"""Dynamics 365 F&O: the session with one environment; see `auth`."""
