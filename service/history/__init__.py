"""The history of the service: what it counted, by hour and day, in bounded space."""
