/** What the playground looks like beyond what every page does. */
export const style = `
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
h2 { margin-bottom: .35rem; }
h2 .soft { font-weight: 400; font-size: .9rem; }
#people { position: sticky; top: 0; z-index: 1; background: var(--paper); padding: .5rem 0; }
#people ul { display: flex; gap: .5rem; overflow-x: auto; padding: 4px; margin: -4px; }
#people li { border: 0; padding: 0; flex: none; }
#people a {
  display: grid; grid-template-columns: 1fr auto; align-items: baseline; padding: .35rem .75rem; min-height: 2.75rem; line-height: 1.3; text-decoration: none; color: var(--ink);
  background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
}
#people a:hover { border-color: var(--link); }
#people [aria-current] { border-color: var(--link); box-shadow: inset 0 0 0 1px var(--link); }
#people span { grid-row: 2; grid-column: 1 / -1; font-size: .8rem; color: var(--soft); }
#people i { justify-self: end; font-style: normal; font-size: .8rem; color: var(--soft); margin-inline-start: .6rem; }
#people i.admin { color: var(--link); } #people i.member { color: var(--good); } #people i.banned { color: var(--bad); }
main { display: grid; gap: 0 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); align-items: start; margin-top: .5rem; }
main > div { min-width: 0; }
section { scroll-margin-top: 5rem; }
#write { scroll-margin-top: 7rem; }
form { margin: .5rem 0 0; }
label { font-size: .9rem; color: var(--soft); }
input, select, textarea, button {
  font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--edge); border-radius: .4rem;
  padding: .35rem .6rem; min-height: 2.5rem; max-width: 100%;
}
textarea { display: block; width: 100%; resize: vertical; }
button { cursor: pointer; background: var(--card); }
button:hover { border-color: var(--link); }
button:disabled { opacity: .6; }
.main { width: 100%; margin-top: .5rem; font-weight: 600; background: var(--link); border-color: var(--link); color: var(--card); }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .6rem; margin-top: .5rem; }
.pair input, .pair select { width: 100%; }
.row { display: flex; flex-wrap: wrap; gap: .4rem .6rem; align-items: center; margin-top: .5rem; }
.row input { flex: 1 1 7rem; min-width: 0; }
.row select { flex: 0 1 auto; }
.row .soft { flex: 1 1 10rem; font-size: .9rem; }
.chips { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .5rem; }
.chips .soft { align-self: center; font-size: .9rem; }
.chips a { padding: .3rem .7rem; border: 1px solid var(--line); border-radius: 1rem; text-decoration: none; font-size: .9rem; }
.chips a:hover { border-color: var(--link); }
.orders a { display: inline-block; padding: .15rem 0; font-family: ui-monospace, monospace; font-size: .9rem; }
.orders .soft { display: block; font-size: .9rem; }
.quote { color: var(--soft); border-inline-start: 3px solid var(--line); padding-inline-start: .6rem; }
article { padding: .25rem 0; }
.by { font-size: .95rem; }
.by .soft, .boosted, .happens { font-size: .85rem; }
.by .group { color: var(--link); }
.boosted, .happens { color: var(--soft); }
.boosted::before { content: "⟳ "; }
.text { white-space: pre-wrap; margin: .25rem 0; }
.word { color: var(--link); }
.verdict { font-size: .9rem; font-weight: 600; }
.verdict.good::before { content: "✓ "; }
article .verdict { border-inline-start: 3px solid currentColor; padding-inline-start: .6rem; margin: .4rem 0; }
.tools { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: center; }
.tools form, .tools details { margin: 0; }
.tools > form { display: flex; gap: 1rem; }
.tools details[open] { flex: 1 1 100%; }
.tools > a, .tools > form button, .tools summary {
  border: 0; background: none; padding: .2rem 0; min-height: 1.75rem; font-size: .85rem; line-height: 1.35rem; font-weight: 400;
  color: var(--link); text-decoration: underline; list-style: none;
}
.tools details button { margin-top: .4rem; }
`;
