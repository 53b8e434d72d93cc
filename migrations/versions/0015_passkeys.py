"""Passkeys, and the challenges of their registrations and logins."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.execute("""
        CREATE TABLE passkeys (
            credential_id bytea NOT NULL,
            user_id uuid NOT NULL,
            public_key bytea NOT NULL,
            sign_count bigint NOT NULL,
            transports text[] NOT NULL,
            name text NOT NULL,
            aaguid uuid NOT NULL,
            backed_up boolean NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            last_used_at timestamptz,
            CONSTRAINT pk_passkeys PRIMARY KEY (credential_id),
            CONSTRAINT ck_passkeys_credential_id CHECK (octet_length(credential_id) BETWEEN 1 AND 1023),
            CONSTRAINT ck_passkeys_sign_count CHECK (sign_count BETWEEN 0 AND 4294967295),
            CONSTRAINT fk_passkeys_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        )
    """)
    op.execute("CREATE INDEX ix_passkeys_user_id ON passkeys (user_id)")
    op.execute("""
        CREATE TABLE passkey_ceremonies (
            challenge_hash bytea NOT NULL,
            purpose text NOT NULL,
            user_id uuid,
            expires_at timestamptz NOT NULL,
            CONSTRAINT pk_passkey_ceremonies PRIMARY KEY (challenge_hash),
            CONSTRAINT ck_passkey_ceremonies_challenge_hash CHECK (octet_length(challenge_hash) = 32),
            CONSTRAINT ck_passkey_ceremonies_purpose CHECK (purpose IN ('add', 'login')),
            CONSTRAINT ck_passkey_ceremonies_user_id CHECK ((purpose = 'add') = (user_id IS NOT NULL)),
            CONSTRAINT fk_passkey_ceremonies_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        )
    """)
    op.execute("CREATE INDEX ix_passkey_ceremonies_user_id ON passkey_ceremonies (user_id)")
    op.execute("CREATE INDEX ix_passkey_ceremonies_expires_at ON passkey_ceremonies (expires_at)")
    comments = {
        "TABLE passkeys": "Passkeys (WebAuthn credentials) that people have added to their accounts",
        "COLUMN passkeys.credential_id": "What its authenticator names it by; unique in the world",
        "COLUMN passkeys.user_id": "Whose account it opens",
        "COLUMN passkeys.public_key": "COSE key that verifies its signatures; the private key never leaves its owner",
        "COLUMN passkeys.sign_count": "The last counter of its authenticator; 0 where that does not count",
        "COLUMN passkeys.transports": "How a browser reaches its authenticator: internal, usb, nfc, ble, hybrid, ...",
        "COLUMN passkeys.name": "What its owner calls it",
        "COLUMN passkeys.aaguid": "Model of its authenticator, as it says itself; zeros where it does not say",
        "COLUMN passkeys.backed_up": "Whether its owner''s password manager or cloud keeps a copy",
        "COLUMN passkeys.created_at": "When it was added",
        "COLUMN passkeys.last_used_at": "When it last logged its owner in; null is never",
        "CONSTRAINT ck_passkeys_credential_id ON passkeys": "The bytes that WebAuthn allows",
        "CONSTRAINT ck_passkeys_sign_count ON passkeys": "An unsigned number of 32 bits",
        "INDEX pk_passkeys": "Finds the passkey of a login",
        "INDEX ix_passkeys_user_id": "Finds the passkeys of an account",
        "TABLE passkey_ceremonies": "Challenges for passkeys to sign; each is good for one registration or login",
        "COLUMN passkey_ceremonies.challenge_hash": "SHA-256 of the challenge; the challenge is not kept",
        "COLUMN passkey_ceremonies.purpose": "What it is good for: add or login",
        "COLUMN passkey_ceremonies.user_id": "Who adds a passkey; null for a login, which tells only at its end",
        "COLUMN passkey_ceremonies.expires_at": "From when on it is refused",
        "INDEX pk_passkey_ceremonies": "Finds a challenge by its hash",
        "INDEX ix_passkey_ceremonies_user_id": "Finds the challenges of an account that is erased",
        "INDEX ix_passkey_ceremonies_expires_at": "Finds expired challenges, to delete them",
        "COLUMN refresh_tokens.amr": "How they logged in: face, pwd or hwk, or several of them (RFC 8176)",
    }
    for what, comment in comments.items():
        op.execute(f"COMMENT ON {what} IS '{comment}'")


def downgrade() -> None:
    """Drops the tables with all passkeys, and ends the sessions of passkey logins, which an older release cannot read.

    People keep their passwords and faces. A passkey that remains on a device is then unknown.
    """
    op.execute("DELETE FROM refresh_tokens WHERE acr LIKE '%passkey'")
    for table in ("passkey_ceremonies", "passkeys"):
        op.execute(f"DROP TABLE {table}")
    op.execute("COMMENT ON COLUMN refresh_tokens.amr IS 'How they logged in: face or pwd (RFC 8176)'")
