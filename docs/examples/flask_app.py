"""A Flask application whose people log in through Visage: it verifies their token and opens a session of its own."""

import os

from flask import Flask, Response, abort, redirect, render_template, request, session
from visage_client import TokenVerifier, VisageError

VISAGE = os.environ.get("VISAGE", "https://login.example.org")
ORIGIN = "/".join(VISAGE.split("/")[:3])  # without the path, if the service is below one
ISSUER = os.environ.get("VISAGE_ISSUER", "visage")
AUDIENCE = os.environ.get("VISAGE_AUDIENCE", "visage")
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; script-src 'self' {ORIGIN}; connect-src 'self' {ORIGIN}; img-src data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

app = Flask(__name__)
app.config.update(SECRET_KEY=os.environ["SECRET_KEY"], SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax")
verifier = TokenVerifier(VISAGE, issuer=ISSUER, audience=AUDIENCE)


@app.get("/")
def home() -> str:
    return render_template("home.html", visage=VISAGE, person=session.get("person"))


@app.post("/session")
def log_in() -> Response:
    """Takes the token from a header, which no page of another origin can send here."""
    try:
        token = verifier.verify(request.headers.get("Authorization", "").removeprefix("Bearer "))
    except VisageError:
        abort(401)
    session.clear()
    session["person"] = token.subject  # the same for ever: find or make your own account by it
    session["by_face"] = "pwd" not in token.methods  # ask for the password before anything that matters
    return Response(status=204)


@app.post("/leave")
def log_out() -> Response:
    session.clear()
    return redirect("/", 303)


@app.after_request
def guard(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response
