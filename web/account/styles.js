// The account page. `sheet` is for the card; `pageSheet` is for the dialogs, which are in the page's light DOM.
export const sheet = new CSSStyleSheet()
export const pageSheet = new CSSStyleSheet()

sheet.replaceSync(`
:host([step="enrolling"]) .card { padding: 0; border: 0; background: none; box-shadow: none; }
:host([step="enrolling"]) visage-signup { width: 100%; max-width: 31rem; margin-inline: auto; }
.head { display: flex; flex-wrap: wrap; gap: 0.75rem 1.5rem; align-items: center; justify-content: space-between; }
.head h2 { overflow-wrap: anywhere; }
.part { display: grid; gap: 0.9rem; padding-top: 1.4rem; margin-top: 0.4rem; border-top: 1px solid var(--_line); }
.part[aria-busy="true"] { opacity: 0.7; }
.content { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; }
.content > p { color: var(--_muted); text-wrap: pretty; }
h3 { margin: 0; font-size: 1.1rem; line-height: 1.3; outline: none; }
.row { display: flex; flex-wrap: wrap; gap: 0.6rem; }
.good:empty, .bad:empty { display: none; }
a.primary { text-decoration: none; }
.good, .content > .urgent {
  padding: 0.7rem 1rem; border-radius: calc(var(--_radius) * 0.6); color: var(--_text); font-weight: 500;
  background: color-mix(in srgb, var(--_accent) 12%, var(--_surface));
}
.content > .urgent { background: var(--_notice-surface); }
.danger { color: var(--_danger); border-color: color-mix(in srgb, var(--_danger) 60%, transparent); }
.passkeys { display: grid; gap: 0.6rem; }
.passkeys li {
  display: flex; flex-wrap: wrap; gap: 0.6rem 1rem; align-items: center; justify-content: space-between;
  padding: 0.75rem 1rem; border: 1px solid var(--_line); border-radius: calc(var(--_radius) * 0.6);
}
.passkeys strong { display: block; overflow-wrap: anywhere; }
.passkeys small { color: var(--_muted); font-size: 0.9rem; }
.passkeys button { min-height: 2.5rem; padding: 0.3rem 1rem; }
.pictures { grid-template-columns: repeat(auto-fill, minmax(5.2rem, 1fr)); gap: 0.6rem; }
@media (width >= 40rem) { .pictures { grid-template-columns: repeat(5, 1fr); } }
dt { flex: none; max-width: 45%; }
dd { text-align: end; }
`)

pageSheet.replaceSync(`
.visage-dialog {
  width: min(100% - 2rem, 27rem); padding: 1.5rem; border: 1px solid var(--_line); border-radius: var(--_radius);
  background: var(--_surface); color: var(--_text); font-family: var(--_font); line-height: 1.5;
  box-shadow: 0 24px 64px -16px rgb(0 0 0 / 45%);
}
visage-account > form { max-width: 26rem; }
.visage-dialog::backdrop { background: rgb(8 18 16 / 60%); }
.visage-dialog h2 { margin: 0; font-size: 1.25rem; line-height: 1.3; text-wrap: balance; }
.visage-dialog .visage-form > p { margin-top: -0.5rem; color: var(--_muted); text-wrap: pretty; }
.visage-dialog .answers { display: grid; gap: 0.6rem; }
.visage-dialog .plain {
  min-height: 2.75rem; padding: 0.4rem 1.25rem; border: 1px solid var(--_field-line); border-radius: 999px;
  background: transparent; color: var(--_text); font: inherit; font-weight: 600; cursor: pointer;
}
.visage-dialog .primary.danger { background: var(--_danger); color: var(--_surface); }
.visage-dialog .primary.danger:hover:enabled { background: color-mix(in oklab, var(--_danger), var(--_text) 14%); }
`)
