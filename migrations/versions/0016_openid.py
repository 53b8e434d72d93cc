"""Applications that log people in by OpenID Connect: clients, codes, consents and single sign-on."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

COMMENTS = {
    "TABLE openid_clients": "Applications that may log people in by OpenID Connect, see visage client",
    "COLUMN openid_clients.id": "The client_id",
    "COLUMN openid_clients.name": "As people are told it",
    "COLUMN openid_clients.secret_hash": "SHA-256 of the secret, which is not kept; null for a public client",
    "COLUMN openid_clients.redirect_uris": "Where codes may be sent, compared character by character",
    "COLUMN openid_clients.logout_uris": "Where people may be sent after a logout, compared likewise",
    "COLUMN openid_clients.scopes": "What it may ask for",
    "COLUMN openid_clients.third_party": "Whether people are asked before it learns anything",
    "COLUMN openid_clients.logo": "Its logo as a data URL, if it has one",
    "COLUMN openid_clients.algorithm": "How its ID tokens are signed: RS256 or EdDSA",
    "COLUMN openid_clients.required_acr": "The level that its logins must reach; null is that of the service",
    "COLUMN openid_clients.created_at": "When it was added",
    "COLUMN openid_clients.secret_changed_at": "When it got its present secret",
    "INDEX pk_openid_clients": "Finds a client by its id",
    "TABLE openid_requests": "Authorization requests that clients have pushed (RFC 9126)",
    "COLUMN openid_requests.reference_hash": "SHA-256 of the reference in the request_uri, which is not kept",
    "COLUMN openid_requests.client_id": "Who pushed it",
    "COLUMN openid_requests.parameters": "The parameters of the request",
    "COLUMN openid_requests.expires_at": "From when on it is refused",
    "INDEX pk_openid_requests": "Finds a request by its reference",
    "INDEX ix_openid_requests_client_id": "Finds the requests of a client, to delete them with it",
    "INDEX ix_openid_requests_expires_at": "Finds expired requests, to delete them",
    "TABLE openid_codes": "Authorization codes by their hash; each is good for one exchange",
    "COLUMN openid_codes.code_hash": "SHA-256 of the code, which is not kept",
    "COLUMN openid_codes.client_id": "Who may exchange it",
    "COLUMN openid_codes.user_id": "Who logged in",
    "COLUMN openid_codes.session_id": "The login at which it was issued: a family of refresh_tokens",
    "COLUMN openid_codes.grant_id": "The family of refresh_tokens that its exchange starts",
    "COLUMN openid_codes.redirect_uri": "Where it was sent; the exchange must name the same",
    "COLUMN openid_codes.scopes": "What the client may know or do",
    "COLUMN openid_codes.nonce": "Repeated in the ID token; null if the client sent none",
    "COLUMN openid_codes.code_challenge": "SHA-256 of the verifier that an exchange must show (RFC 7636), as base64url",
    "COLUMN openid_codes.acr": "The level that the ID token names",
    "COLUMN openid_codes.amr": "How the user logged in, as in refresh_tokens",
    "COLUMN openid_codes.auth_time": "When the user logged in",
    "COLUMN openid_codes.expires_at": "From when on it is refused",
    "COLUMN openid_codes.used_at": "When it was exchanged; a second exchange revokes the tokens of the first",
    "INDEX pk_openid_codes": "Finds a code by its hash",
    "INDEX ix_openid_codes_client_id": "Finds the codes of a client, to delete them with it",
    "INDEX ix_openid_codes_user_id": "Finds the codes of a person, to delete them with the account",
    "INDEX ix_openid_codes_expires_at": "Finds expired codes, to delete them",
    "TABLE openid_consents": "What people have allowed applications of third parties to know",
    "COLUMN openid_consents.user_id": "Who allowed it",
    "COLUMN openid_consents.client_id": "To which application",
    "COLUMN openid_consents.scopes": "What",
    "COLUMN openid_consents.granted_at": "When the person last did",
    "INDEX pk_openid_consents": "Finds what a person allowed an application",
    "INDEX ix_openid_consents_client_id": "Finds the consents to a client, to delete them with it",
    "TABLE browser_sessions": "The cookies of single sign-on: which login a browser continues",
    "COLUMN browser_sessions.session_id": "The login: a family of refresh_tokens, with which it ends",
    "COLUMN browser_sessions.user_id": "Who logged in",
    "COLUMN browser_sessions.secret_hash": "SHA-256 of the secret in the cookie, which is not kept",
    "COLUMN browser_sessions.previous_hash": "The same of the secret before, which is good for a moment; or null",
    "COLUMN browser_sessions.rotated_at": "When the present secret was made",
    "INDEX pk_browser_sessions": "One cookie per login",
    "INDEX uq_browser_sessions_secret_hash": "Finds a session by the secret in its cookie",
    "INDEX uq_browser_sessions_previous_hash": "Finds a session by the secret before",
    "INDEX ix_browser_sessions_user_id": "Finds the sessions of a person, to delete them with the account",
    "COLUMN refresh_tokens.amr": "How they logged in: face, pwd, hwk (RFC 8176), separated by spaces",
    "COLUMN refresh_tokens.client_id": "The OpenID client that it belongs to; null is a browser at Visage itself",
    "COLUMN refresh_tokens.scopes": "What that client may know or do; null without a client",
    "COLUMN refresh_tokens.session_id": "The login with which it ends: its family; null if it outlasts the login",
    "INDEX ix_refresh_tokens_client_id": "Finds the tokens of a client, to delete them with it",
    "INDEX ix_refresh_tokens_session_id": "Finds the tokens of clients that end with a login",
}


def upgrade() -> None:
    """Creates the tables, and lets refresh tokens belong to a client."""
    _make_clients()
    _make_codes()
    _make_consents()
    op.execute("""
        CREATE TABLE browser_sessions (
            session_id uuid NOT NULL,
            user_id uuid NOT NULL,
            secret_hash bytea NOT NULL,
            previous_hash bytea,
            rotated_at timestamptz NOT NULL,
            CONSTRAINT pk_browser_sessions PRIMARY KEY (session_id),
            CONSTRAINT ck_browser_sessions_secret_hash CHECK (octet_length(secret_hash) = 32),
            CONSTRAINT fk_browser_sessions_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        )
    """)
    op.execute("CREATE UNIQUE INDEX uq_browser_sessions_secret_hash ON browser_sessions (secret_hash)")
    op.execute("CREATE UNIQUE INDEX uq_browser_sessions_previous_hash ON browser_sessions (previous_hash)")
    op.execute("CREATE INDEX ix_browser_sessions_user_id ON browser_sessions (user_id)")
    op.execute("""
        ALTER TABLE refresh_tokens
            ADD COLUMN client_id text,
            ADD COLUMN scopes text[],
            ADD COLUMN session_id uuid,
            ADD CONSTRAINT fk_refresh_tokens_client_id FOREIGN KEY (client_id) REFERENCES openid_clients (id)
                ON DELETE CASCADE
    """)
    op.execute("CREATE INDEX ix_refresh_tokens_client_id ON refresh_tokens (client_id) WHERE client_id IS NOT NULL")
    op.execute("CREATE INDEX ix_refresh_tokens_session_id ON refresh_tokens (session_id) WHERE session_id IS NOT NULL")
    for what, comment in COMMENTS.items():
        op.execute(f"COMMENT ON {what} IS '{comment}'")


def downgrade() -> None:
    """Drops the tables, and ends the logins of clients: without its client, a token would be one of a browser."""
    op.execute("DELETE FROM refresh_tokens WHERE client_id IS NOT NULL")
    op.execute("COMMENT ON COLUMN refresh_tokens.amr IS 'How they logged in: face or pwd (RFC 8176)'")
    op.execute("ALTER TABLE refresh_tokens DROP COLUMN client_id, DROP COLUMN scopes, DROP COLUMN session_id")
    op.execute("DROP TABLE browser_sessions, openid_consents, openid_codes, openid_requests, openid_clients")


def _make_clients() -> None:
    op.execute("""
        CREATE TABLE openid_clients (
            id text NOT NULL,
            name text NOT NULL,
            secret_hash bytea,
            redirect_uris text[] NOT NULL,
            logout_uris text[] NOT NULL,
            scopes text[] NOT NULL,
            third_party boolean NOT NULL,
            logo text,
            algorithm text NOT NULL,
            required_acr text,
            created_at timestamptz NOT NULL DEFAULT now(),
            secret_changed_at timestamptz,
            CONSTRAINT pk_openid_clients PRIMARY KEY (id),
            CONSTRAINT ck_openid_clients_algorithm CHECK (algorithm IN ('RS256', 'EdDSA'))
        )
    """)
    op.execute("""
        CREATE TABLE openid_requests (
            reference_hash bytea NOT NULL,
            client_id text NOT NULL,
            parameters jsonb NOT NULL,
            expires_at timestamptz NOT NULL,
            CONSTRAINT pk_openid_requests PRIMARY KEY (reference_hash),
            CONSTRAINT ck_openid_requests_reference_hash CHECK (octet_length(reference_hash) = 32),
            CONSTRAINT fk_openid_requests_client_id FOREIGN KEY (client_id) REFERENCES openid_clients (id)
                ON DELETE CASCADE
        )
    """)
    op.execute("CREATE INDEX ix_openid_requests_client_id ON openid_requests (client_id)")
    op.execute("CREATE INDEX ix_openid_requests_expires_at ON openid_requests (expires_at)")


def _make_codes() -> None:
    op.execute("""
        CREATE TABLE openid_codes (
            code_hash bytea NOT NULL,
            client_id text NOT NULL,
            user_id uuid NOT NULL,
            session_id uuid NOT NULL,
            grant_id uuid NOT NULL,
            redirect_uri text NOT NULL,
            scopes text[] NOT NULL,
            nonce text,
            code_challenge text NOT NULL,
            acr text NOT NULL,
            amr text NOT NULL,
            auth_time timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            used_at timestamptz,
            CONSTRAINT pk_openid_codes PRIMARY KEY (code_hash),
            CONSTRAINT ck_openid_codes_code_hash CHECK (octet_length(code_hash) = 32),
            CONSTRAINT fk_openid_codes_client_id FOREIGN KEY (client_id) REFERENCES openid_clients (id)
                ON DELETE CASCADE,
            CONSTRAINT fk_openid_codes_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        )
    """)
    op.execute("CREATE INDEX ix_openid_codes_client_id ON openid_codes (client_id)")
    op.execute("CREATE INDEX ix_openid_codes_user_id ON openid_codes (user_id)")
    op.execute("CREATE INDEX ix_openid_codes_expires_at ON openid_codes (expires_at)")


def _make_consents() -> None:
    op.execute("""
        CREATE TABLE openid_consents (
            user_id uuid NOT NULL,
            client_id text NOT NULL,
            scopes text[] NOT NULL,
            granted_at timestamptz NOT NULL,
            CONSTRAINT pk_openid_consents PRIMARY KEY (user_id, client_id),
            CONSTRAINT fk_openid_consents_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
            CONSTRAINT fk_openid_consents_client_id FOREIGN KEY (client_id) REFERENCES openid_clients (id)
                ON DELETE CASCADE
        )
    """)
    op.execute("CREATE INDEX ix_openid_consents_client_id ON openid_consents (client_id)")
