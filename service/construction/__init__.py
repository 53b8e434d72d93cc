"""Where the services of a process are made: one file for each group, and each service is one property.

A group is a class that inherits from the groups whose services it uses. ``service.services`` joins them to one object.
"""
