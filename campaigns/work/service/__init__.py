"""The service itself: whether it is healthy, what is measured of it, and whether it may publish."""
