// The card with its texts and buttons. Colours come from custom properties that a page may set (`--visage-…`).
// Of the defaults for light and dark, one is used: `--_light` and `--_dark` are either invalid, so that the fallback
// applies, or empty. Safari before 17.5 and Chrome before 123 have no light-dark().
export const sheet = new CSSStyleSheet()

sheet.replaceSync(`
:host { color-scheme: light dark; --_light: initial; --_dark: ; }
@media (prefers-color-scheme: dark) { :host { --_light: ; --_dark: initial; } }
:host([theme="light"]) { color-scheme: light; --_light: initial; --_dark: ; }
:host([theme="dark"]) { color-scheme: dark; --_light: ; --_dark: initial; }
:host {
  --_accent: var(--visage-accent, var(--_light, #0a6b60) var(--_dark, #6fd8c6));
  --_on-accent: var(--visage-on-accent, var(--_light, #ffffff) var(--_dark, #04201c));
  --_surface: var(--visage-surface, var(--_light, #ffffff) var(--_dark, #182321));
  --_sunken: var(--visage-sunken, var(--_light, #f1f4f3) var(--_dark, #101917));
  --_text: var(--visage-text, var(--_light, #14211f) var(--_dark, #e9f0ee));
  --_muted: var(--visage-muted, var(--_light, #55635f) var(--_dark, #a3b3af));
  --_line: var(--visage-line, var(--_light, #d5dddb) var(--_dark, #30403d));
  --_field-line: var(--visage-field-line, var(--_light, #7c8b87) var(--_dark, #71827e));
  --_danger: var(--visage-danger, var(--_light, #b3261e) var(--_dark, #ffb4a9));
  --_notice: var(--visage-notice, var(--_light, #8a5a00) var(--_dark, #f0c36b));
  --_notice-surface: var(--visage-notice-surface, var(--_light, #fdf6e6) var(--_dark, #2d2717));
  --_guide: var(--visage-guide, #6fd8c6);
  --_radius: var(--visage-radius, 1.25rem);
  --_font: var(--visage-font, system-ui, sans-serif);
  position: relative;
  display: block;
  color: var(--_text);
  font-family: var(--_font);
  line-height: 1.5;
}
:host([hidden]), [hidden] { display: none !important; }
*, ::before, ::after { box-sizing: border-box; }
.card {
  background: var(--_surface); border: 1px solid var(--_line); border-radius: var(--_radius);
  padding: clamp(1.1rem, 5vw, 2rem);
  box-shadow: var(--visage-shadow, 0 1px 2px rgb(12 30 27 / 6%), 0 12px 32px -12px rgb(12 30 27 / 18%));
}
.view { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; justify-items: stretch; }
h2, p, ul, ol, dl, dd { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h2 { font-size: 1.35rem; line-height: 1.25; letter-spacing: -0.01em; text-wrap: balance; outline: none; }
.lead, .aside, .how { color: var(--_muted); }
.lead { margin-top: -0.5rem; text-wrap: pretty; }
.aside { font-size: 0.95rem; text-align: center; border-top: 1px solid var(--_line); padding-top: 1rem; }
.quiet { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.icon {
  width: 1.25em; height: 1.25em; flex: none; fill: none; stroke: currentColor; stroke-width: 2;
  stroke-linecap: round; stroke-linejoin: round;
}

button, a.link { font: inherit; cursor: pointer; }
.primary, .plain {
  display: inline-flex; align-items: center; justify-content: center; gap: 0.6rem; min-height: 3.1rem;
  padding: 0.5rem 1.25rem; border-radius: 999px; border: 1px solid transparent; font-weight: 600;
  transition: background-color 0.15s, transform 0.1s;
}
.primary { background: var(--_accent); color: var(--_on-accent); }
.primary:hover:enabled { background: color-mix(in oklab, var(--_accent), var(--_text) 14%); }
.plain { background: transparent; color: var(--_text); border-color: var(--_field-line); }
.plain:hover:enabled { background: var(--_sunken); }
.primary:active:enabled, .plain:active:enabled { transform: translateY(1px); }
button:disabled { cursor: default; background: var(--_sunken); color: var(--_muted); border-color: var(--_line); }
.link {
  display: inline-flex; align-items: center; justify-content: center; gap: 0.4rem; justify-self: center;
  min-height: 2.75rem; padding: 0.25rem 0.75rem; border: 0; border-radius: 0.5rem; background: none;
  color: var(--_accent); font-weight: 500; text-decoration: underline; text-underline-offset: 0.2em;
  text-decoration-thickness: 1px; text-decoration-color: color-mix(in srgb, currentColor 45%, transparent);
}
.link:hover { text-decoration-color: currentColor; text-decoration-thickness: 2px; }
a { color: var(--_accent); text-underline-offset: 0.2em; }
:is(button, a):focus-visible { outline: 3px solid var(--_accent); outline-offset: 3px; }
h2:focus-visible { outline: none; }
.actions { display: grid; gap: 0.5rem; }
.offer {
  display: grid; gap: 0.75rem; padding: 0.9rem 1rem; border-radius: calc(var(--_radius) * 0.6);
  background: var(--_sunken);
}
.offer > div:empty { display: none; }
.offer p { outline: none; }
.ways { display: flex; flex-wrap: wrap; justify-content: center; gap: 0 1rem; }
.remember {
  display: flex; gap: 0.75rem; padding: 0.75rem 1rem; border-radius: calc(var(--_radius) * 0.6);
  background: var(--_sunken); font-weight: 600; cursor: pointer;
}
.remember small { display: block; font-size: 0.95rem; font-weight: 400; color: var(--_muted); }
.remember input { width: 1.35rem; height: 1.35rem; flex: none; margin: 0.1rem 0 0; accent-color: var(--_accent); }
.remember input:focus-visible { outline: 3px solid var(--_accent); outline-offset: 2px; }

.notice {
  display: flex; gap: 0.75rem; padding: 0.9rem 1rem; border-radius: calc(var(--_radius) * 0.6);
  background: var(--_notice-surface); color: var(--_text);
  border: 1px solid color-mix(in srgb, var(--_notice) 40%, transparent);
}
.notice > .icon { color: var(--_notice); margin-top: 0.12em; }
.notice > div { display: grid; gap: 0.25rem; flex: 1; }
.notice .message { font-weight: 600; }
.notice button { justify-self: start; margin-top: 0.5rem; }

.tips {
  display: grid; gap: 0.6rem; background: var(--_sunken); border-radius: calc(var(--_radius) * 0.6);
  padding: 1rem;
}
.tips li { display: flex; gap: 0.6rem; }
.tips .icon { color: var(--_accent); margin-top: 0.12em; }

progress {
  appearance: none; width: 100%; height: 0.5rem; border: 0; border-radius: 999px; overflow: hidden;
  background: var(--_sunken);
}
progress::-webkit-progress-bar { background: var(--_sunken); }
progress::-webkit-progress-value { background: var(--_accent); border-radius: 999px; transition: inline-size 0.2s; }
progress::-moz-progress-bar { background: var(--_accent); border-radius: 999px; }
progress:indeterminate {
  background: linear-gradient(90deg, transparent, var(--_accent), transparent) 0 / 40% 100% no-repeat var(--_sunken);
  animation: wander 1.4s infinite ease-in-out alternate;
}
progress:indeterminate::-webkit-progress-bar { background: transparent; }
progress:indeterminate::-moz-progress-bar { background: transparent; }
@keyframes wander { to { background-position-x: 100%; } }

.portrait { position: relative; width: 7rem; height: 7rem; justify-self: center; }
.portrait > img, .portrait > .icon {
  width: 100%; height: 100%; border-radius: 50%; object-fit: cover; background: var(--_sunken);
  border: 3px solid var(--_surface); box-shadow: 0 0 0 3px var(--_accent);
}
.portrait > .icon { padding: 1.5rem; color: var(--_accent); stroke-width: 1.4; }
.badge {
  position: absolute; inset-inline-end: -0.15rem; bottom: -0.15rem; display: grid; place-items: center; width: 2.2rem;
  height: 2.2rem; border-radius: 50%; background: var(--_accent); color: var(--_on-accent);
  border: 3px solid var(--_surface);
}
.portrait ~ h2, .portrait ~ .lead { text-align: center; }
.facts { display: grid; gap: 0.75rem; min-height: 8.6rem; align-content: start; }
.facts .how { text-align: center; margin-top: -0.75rem; }
dl { border: 1px solid var(--_line); border-radius: calc(var(--_radius) * 0.6); }
dl > div { display: flex; justify-content: space-between; gap: 1rem; padding: 0.65rem 1rem; }
dl > div + div { border-top: 1px solid var(--_line); }
dt { color: var(--_muted); }
dd { font-weight: 600; overflow-wrap: anywhere; }
@media (prefers-reduced-motion: no-preference) {
  .badge { animation: arrive 0.35s 0.1s cubic-bezier(0.3, 1.6, 0.6, 1) backwards; }
  @keyframes arrive { from { transform: scale(0.4); opacity: 0; } }
}
@media (prefers-reduced-motion: reduce) {
  *, ::before, ::after { animation: none !important; transition: none !important; }
}
`)
