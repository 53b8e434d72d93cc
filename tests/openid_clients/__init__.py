"""Applications of a few lines each that log people in with libraries and modules by others.

Those in Node and Python answer alike. ``/login`` sends the browser to the provider, with the parameters that it has
itself; ``/refresh`` exchanges the refresh token; ``/logout`` ends both sessions. ``/`` and ``/callback`` say as JSON
what the application knows: ``{"claims": {...}, "userinfo": {...}}``, ``{}`` without a login, or ``{"error": "..."}``.
"""
