"""The API: views, requests, responses, errors, cookies, OpenAPI."""
