/** How every page of this program looks: dark and light, on a phone and beside it. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #f6f5f2; --card: #ffffff; --ink: #1d1d1b; --soft: #5a5955; --line: #dcdad4; --edge: #8b8983;
  --link: #0b57a4; --good: #1a6b34; --wait: #855000; --bad: #b3211b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #161719; --card: #202226; --ink: #ecebe7; --soft: #adaca6; --line: #3a3c42; --edge: #7c7f88;
    --link: #8ec2ff; --good: #76d391; --wait: #f0b958; --bad: #ff938b;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1rem; max-width: 78rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 0; }
h3 { font-size: .95rem; margin: 1rem 0 .25rem; }
p { margin: .25rem 0; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
header { margin-bottom: 1rem; }
.soft, dt, time { color: var(--soft); }
#groups { columns: 26rem; column-gap: 1rem; }
section { break-inside: avoid; margin-bottom: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; }
time { white-space: nowrap; }
.state { font-weight: 600; }
.state::before { content: "●"; margin-inline-end: .4em; }
.good { color: var(--good); } .wait { color: var(--wait); } .bad { color: var(--bad); }
.wait::before { content: "◐"; } .bad::before { content: "▲"; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .5rem 1rem; margin: .75rem 0 0; }
dt { font-size: .85rem; }
dd { margin: 0; font-variant-numeric: tabular-nums; }
ul, ol { list-style: none; margin: 0; padding: 0; }
li { padding: .35rem 0; border-top: 1px solid var(--line); }
li:first-child { border-top: 0; }
li p { margin: 0; }
.limits li { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; align-items: center; }
meter { width: 7rem; }
details { margin-top: .75rem; }
summary { cursor: pointer; font-weight: 600; font-size: .95rem; padding: .25rem 0; }
.note { border: 1px solid var(--wait); border-radius: .6rem; padding: .5rem 1rem; margin: 1rem 0; }
[hidden] { display: none; }
footer { margin-top: 1.5rem; font-size: .9rem; }
`;
