// The forms, in the page's light DOM for password managers: adopted by the page, limited to the widget's forms.
// iOS zooms into a field whose text is smaller than 16 pixels.
export const sheet = new CSSStyleSheet()

sheet.replaceSync(`
.visage-form {
  display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.1rem; margin: 0; font-family: var(--_font);
}
.visage-form [hidden] { display: none; }
.visage-form .field { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.35rem; }
.visage-form label { font-weight: 600; }
.visage-form .optional { font-weight: 400; color: var(--_muted); }
.visage-form p { margin: 0; }
.visage-form .hint { color: var(--_muted); font-size: 0.95rem; }
.visage-form .error { color: var(--_danger); font-weight: 600; font-size: 0.95rem; }
.visage-form .error:empty { display: none; }
.visage-form .box { position: relative; display: flex; }
.visage-form .box input {
  flex: 1; min-width: 0; box-sizing: border-box; min-height: 3rem; padding: 0.5rem 0.9rem; font: inherit;
  font-size: max(1em, 16px); color: var(--_text); background: var(--_surface); border: 1px solid var(--_field-line);
  border-radius: calc(var(--_radius) * 0.5);
}
.visage-form .box.revealing input { padding-inline-end: 4.6rem; }
.visage-form input:focus-visible { outline: 3px solid var(--_accent); outline-offset: 1px; }
.visage-form .box input[aria-invalid="true"] {
  border-color: var(--_danger); box-shadow: inset 0 0 0 1px var(--_danger);
}
.visage-form .reveal {
  position: absolute; inset-inline-end: 0.25rem; inset-block: 0.25rem; padding: 0 0.75rem; border: 0;
  background: none; font: inherit; font-size: 0.95rem; font-weight: 500; color: var(--_accent);
  border-radius: calc(var(--_radius) * 0.4); cursor: pointer;
}
.visage-form .check { grid-template-columns: auto 1fr; gap: 0.35rem 0.75rem; }
.visage-form .check label { font-weight: 400; font-size: 0.95rem; color: var(--_muted); }
.visage-form .check .error { grid-column: 2; }
.visage-form input[type="checkbox"] {
  width: 1.35rem; height: 1.35rem; margin: 0.1rem 0 0; accent-color: var(--_accent);
}
.visage-form .primary {
  min-height: 3.1rem; padding: 0.5rem 1.25rem; border: 0; border-radius: 999px; font: inherit; font-weight: 600;
  cursor: pointer; background: var(--_accent); color: var(--_on-accent);
}
.visage-form .primary:hover:enabled { background: color-mix(in oklab, var(--_accent), var(--_text) 14%); }
.visage-form .primary:disabled { background: var(--_sunken); color: var(--_muted); cursor: default; }
.visage-form button:focus-visible { outline: 3px solid var(--_accent); outline-offset: 2px; }
`)
