// The mirrored video with its oval, the shutter, the progress marks and the grid of captures.
export const sheet = new CSSStyleSheet()

sheet.replaceSync(`
.mirror { transform: scaleX(-1); }
.stage {
  --_shape: var(--shape, 1.3333);
  position: relative; overflow: hidden; isolation: isolate; width: min(100%, 62svh * var(--_shape));
  aspect-ratio: var(--_shape); margin-inline: auto; border-radius: calc(var(--_radius) * 0.8);
  background: #0d1513;
}
@media (height < 30rem) { .stage { width: min(100%, 74svh * var(--_shape)); } }
@media (orientation: portrait) and (pointer: coarse) { .stage { --_shape: var(--shape, 0.75); } }
.stage > video, .stage > img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover; }
.oval {
  position: absolute; left: 50%; top: 46%; height: 78%; aspect-ratio: 3 / 4; translate: -50% -50%;
  border-radius: 50%; box-shadow: 0 0 0 100vmax rgb(8 18 16 / 48%); transition: box-shadow 0.3s, scale 0.4s;
}
.stage[data-state="live"][data-hint="move_closer"] .oval { scale: 1.17; }
.ring { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; fill: none; }
.ring path { stroke-width: 1.6; stroke: rgb(255 255 255 / 85%); transition: stroke 0.3s, stroke-dasharray 0.25s; }
.ring .progress { stroke-width: 3; stroke: var(--_guide); stroke-dasharray: 0 100; stroke-linecap: butt; }
.tick {
  position: absolute; inset: 0; margin: auto; display: none; place-items: center; width: 4.5rem; height: 4.5rem;
  border-radius: 50%; background: var(--_guide); color: #04201c; font-size: 2.2rem;
}
.stage + .lead { margin-top: 0; }
.stage[data-state="waiting"] .oval { box-shadow: none; }
.stage[data-state="waiting"] .track { stroke: rgb(255 255 255 / 45%); stroke-dasharray: 3 2; }
.stage[data-state="failed"] .progress { stroke: transparent; }
.stage:is([data-state="good"], [data-state="checking"]) .track { stroke: var(--_guide); }
.stage[data-state="matched"] .progress { stroke-dasharray: 100 100; }
.stage[data-state="matched"] .tick { display: grid; }
.stage[data-state="failed"] > img { filter: saturate(0.4); }
.caption {
  position: absolute; left: 50%; bottom: 0.6rem; translate: -50%; width: max-content;
  max-width: calc(100% - 1.5rem); padding: 0.3rem 0.9rem; border-radius: 1.2rem; background: rgb(8 18 16 / 86%);
  color: #ffffff; font-weight: 600; text-align: center; text-wrap: balance;
}
.arrow {
  position: absolute; top: 46%; left: 50%; display: grid; place-items: center; width: 2.75rem; height: 2.75rem;
  border-radius: 50%; background: #ffffff; color: #0a6b60; margin: -1.375rem;
}
.arrow[data-direction="left"] { left: 9%; rotate: 180deg; }
.arrow[data-direction="right"] { left: 91%; }
.arrow[data-direction="up"] { top: 9%; rotate: -90deg; }
.arrow[data-direction="down"] { top: 74%; rotate: 90deg; }
.stage:not([data-state="live"]) .arrow { display: none; }
@media (prefers-reduced-motion: no-preference) {
  .arrow .icon { animation: nudge 1.2s infinite ease-in-out alternate; }
  @keyframes nudge { from { transform: translateX(-2px); } to { transform: translateX(3px); } }
  .stage[data-state="matched"] .tick { animation: land 0.35s cubic-bezier(0.3, 1.6, 0.6, 1); }
  @keyframes land { from { transform: scale(0.4); opacity: 0; } }
  .stage[data-state="checking"]::after {
    content: ""; position: absolute; inset: 0; animation: sweep 1.6s infinite ease-in-out alternate;
    background: linear-gradient(transparent, color-mix(in srgb, var(--_guide) 30%, transparent))
      0 0 / 100% 30% no-repeat;
  }
  @keyframes sweep { from { background-position-y: -40%; } to { background-position-y: 140%; } }
}

.controls {
  display: grid; grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr); align-items: center; gap: 0.75rem;
}
.controls > div { display: grid; justify-items: center; }
.controls select {
  width: 100%; max-width: 11rem; min-height: 2.75rem; padding: 0.25rem 0.5rem; font: inherit;
  font-size: max(0.95rem, 16px); color: var(--_text); background: var(--_surface);
  border: 1px solid var(--_field-line); border-radius: 0.6rem;
}
.controls select:focus-visible { outline: 3px solid var(--_accent); outline-offset: 2px; }
.toggle {
  min-height: 2.75rem; padding: 0.25rem 0.9rem; border-radius: 999px; font-size: 0.95rem; font-weight: 500;
  border: 1px solid var(--_field-line); background: transparent; color: var(--_text);
}
.toggle::before { content: "○"; content: "○" / ""; margin-inline-end: 0.4rem; }
.toggle[aria-pressed="true"] { border-color: var(--_accent); color: var(--_accent); }
.toggle[aria-pressed="true"]::before { content: "●"; content: "●" / ""; }
.shutter {
  width: 4.75rem; height: 4.75rem; padding: 0; border-radius: 50%; border: 4px solid var(--_accent);
  background: radial-gradient(circle closest-side, var(--_accent) 79%, transparent 81%);
  transition: transform 0.12s; cursor: pointer;
}
.shutter:hover { transform: scale(1.05); }
.shutter:active { transform: scale(0.94); }
.shutter[aria-disabled="true"] {
  border-color: var(--_line);
  background: radial-gradient(circle closest-side, var(--_line) 79%, transparent 81%);
}

.marks { display: flex; gap: 0.25rem; justify-content: center; font-size: 0.9rem; color: var(--_muted); }
.marks li {
  display: grid; justify-items: center; align-content: start; gap: 0.25rem; flex: 0 1 4.5rem; min-width: 0;
  text-align: center; overflow-wrap: anywhere;
}
.mark {
  display: grid; place-items: center; width: 2.6rem; height: 2.6rem; border-radius: 50%; overflow: hidden;
  border: 2px solid var(--_line); font-weight: 600;
}
.mark img { width: 100%; height: 100%; object-fit: cover; }
.marks .done .mark { border-color: var(--_accent); }
.marks .current { color: var(--_text); font-weight: 600; }
.marks .current .mark {
  border-color: var(--_accent); box-shadow: 0 0 0 3px color-mix(in srgb, var(--_accent) 25%, transparent);
}

.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.2rem, 1fr)); gap: 0.9rem; }
.pictures li { display: grid; align-content: start; gap: 0.35rem; justify-items: center; text-align: center; }
.frame {
  position: relative; width: 100%; aspect-ratio: 1; border-radius: calc(var(--_radius) * 0.6); overflow: hidden;
  background: var(--_sunken);
}
.frame img { width: 100%; height: 100%; object-fit: cover; display: block; }
.frame .pose {
  position: absolute; inset-inline-start: 0.4rem; bottom: 0.4rem; padding: 0.05rem 0.6rem; border-radius: 1rem;
  font-size: 0.85rem; background: rgb(8 18 16 / 80%); color: #ffffff;
}
.bad .frame { box-shadow: 0 0 0 3px var(--_surface), 0 0 0 6px var(--_danger); }
.pictures .link { padding-inline: 0.25rem; white-space: nowrap; font-size: 0.95rem; }
.reason { color: var(--_danger); font-size: 0.9rem; font-weight: 600; line-height: 1.35; margin-top: 0.4rem; }
`)
