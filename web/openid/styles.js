// The pages of the OpenID provider. Around the login, which is a card itself, there is no other card.
export const sheet = new CSSStyleSheet()

sheet.replaceSync(`
:host(:not([step])) .card { visibility: hidden; }
:host([step="login"]) .card { padding: 0; border: 0; background: none; box-shadow: none; }
:host([step="login"]) .heading { padding-inline: clamp(0rem, 5vw, 2rem); }
.heading { display: grid; gap: 0.75rem; justify-items: start; }
.logo { max-width: 8rem; height: 3.5rem; object-fit: contain; }
h1 {
  margin: 0; font-size: clamp(1.5rem, 5vw, 1.9rem); line-height: 1.2; letter-spacing: -0.02em; text-wrap: balance;
  overflow-wrap: anywhere; outline: none;
}
h1:is(:lang(ar), :lang(hi)) { letter-spacing: 0; line-height: 1.3; }
.lead { margin-top: -0.25rem; }
.tips li { align-items: start; }
a:is(.primary, .plain) { text-decoration: none; text-align: center; }
.plain { color: var(--_text); }
.below { display: grid; gap: 0.25rem; justify-items: center; }
.apart { color: var(--_muted); text-align: center; }
.developer { color: var(--_muted); font-size: 0.95rem; border-top: 1px solid var(--_line); padding-top: 1rem; }
.developer code {
  display: block; margin-top: 0.4rem; font-size: 0.9rem; overflow-wrap: anywhere; text-align: left; color: var(--_text);
}
`)
