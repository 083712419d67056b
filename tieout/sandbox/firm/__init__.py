"""The sample firm: one deterministic professional-services firm that all sandbox systems show."""
