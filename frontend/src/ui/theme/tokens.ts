/**
 * The clinic's colours, by what they are for. One table per scheme; both have
 * the same names. Components use the CSS variables made from them (`text.quiet`
 * becomes `--ql-text-quiet`) and never a colour of their own, so that the
 * contrast test over this table speaks for every screen.
 */

/** A colour written as `#rrggbb`. */
export type Hex = `#${string}`;

/** The colours of a coloured remark: writing, ground and outline. */
export interface ToneColors {
  readonly fg: Hex;
  readonly bg: Hex;
  readonly line: Hex;
}

/** How serious a remark is. `stop` asks for a person; `info` only tells. */
export type Tone = 'info' | 'ok' | 'warn' | 'stop';

export const tones: readonly Tone[] = ['info', 'ok', 'warn', 'stop'];

export interface Tokens {
  readonly surface: {
    /** Where people read and write. */
    readonly app: Hex;
    /** Side panes: lists and details. */
    readonly pane: Hex;
    /** The navigation strip and the ground behind cards. */
    readonly rail: Hex;
    /** Dialogs, menus and cards that lie above the rest. */
    readonly raised: Hex;
    /** Wells: skeletons, counters, code. */
    readonly sunken: Hex;
    readonly hover: Hex;
    readonly selected: Hex;
  };
  readonly text: { readonly main: Hex; readonly quiet: Hex; readonly accent: Hex };
  readonly line: {
    /** Divides; carries no meaning alone. */
    readonly soft: Hex;
    /** The outline of a button, whose words show it already. */
    readonly button: Hex;
    /** The outline of a control: 3:1 against its ground. */
    readonly control: Hex;
  };
  readonly accent: {
    readonly fill: Hex;
    readonly fillHover: Hex;
    readonly on: Hex;
    readonly soft: Hex;
  };
  readonly danger: { readonly fill: Hex; readonly fillHover: Hex; readonly on: Hex };
  readonly bubble: { readonly in: Hex; readonly out: Hex };
  readonly focus: Hex;
  readonly tone: Readonly<Record<Tone, ToneColors>>;
  /** Grounds for initials, each with the writing that goes on it. */
  readonly avatar: readonly { readonly bg: Hex; readonly fg: Hex }[];
}

export const light: Tokens = {
  surface: {
    app: '#ffffff',
    pane: '#f7f9f9',
    rail: '#edf1f0',
    raised: '#ffffff',
    sunken: '#f0f3f3',
    hover: '#eaefee',
    selected: '#d9ecea',
  },
  text: { main: '#1a201f', quiet: '#515c5a', accent: '#17625c' },
  line: { soft: '#dee4e3', button: '#c2cccb', control: '#87928f' },
  accent: { fill: '#1d6f69', fillHover: '#175d58', on: '#ffffff', soft: '#e0f0ee' },
  danger: { fill: '#a8322b', fillHover: '#8e2822', on: '#ffffff' },
  bubble: { in: '#eff2f2', out: '#d7ece9' },
  focus: '#1b62c4',
  tone: {
    info: { fg: '#00568f', bg: '#edf6fd', line: '#b4d6f3' },
    ok: { fg: '#03642b', bg: '#ecf7ee', line: '#b8dcbe' },
    warn: { fg: '#714900', bg: '#fdf4e3', line: '#e7cdaa' },
    stop: { fg: '#8f2a24', bg: '#fdf0ee', line: '#f0bfb9' },
  },
  avatar: [
    { bg: '#fed2d0', fg: '#6a2b2e' },
    { bg: '#f8d7be', fg: '#643400' },
    { bg: '#e5dfba', fg: '#4e4200' },
    { bg: '#cae7ca', fg: '#1e4e22' },
    { bg: '#b9e9e4', fg: '#00514b' },
    { bg: '#bfe4fb', fg: '#00496b' },
    { bg: '#d7dbff', fg: '#3a3b71' },
    { bg: '#f4d2eb', fg: '#5f2e55' },
  ],
};

export const dark: Tokens = {
  surface: {
    app: '#161b1b',
    pane: '#1a2020',
    rail: '#111515',
    raised: '#202727',
    sunken: '#0f1313',
    hover: '#252d2d',
    selected: '#1c3d3a',
  },
  text: { main: '#e4eae9', quiet: '#a5b1af', accent: '#74c7be' },
  line: { soft: '#2d3636', button: '#435050', control: '#6d7977' },
  accent: { fill: '#277e76', fillHover: '#1f6d66', on: '#ffffff', soft: '#173230' },
  danger: { fill: '#b8423a', fillHover: '#bf4a42', on: '#ffffff' },
  bubble: { in: '#262e2e', out: '#1a4440' },
  focus: '#8cbcff',
  tone: {
    info: { fg: '#8fcfff', bg: '#15273a', line: '#32536f' },
    ok: { fg: '#98daa5', bg: '#182c1d', line: '#37593e' },
    warn: { fg: '#eebe7c', bg: '#302412', line: '#634b28' },
    stop: { fg: '#ffaea4', bg: '#38201d', line: '#71443f' },
  },
  avatar: [
    { bg: '#593030', fg: '#fed2d0' },
    { bg: '#54351a', fg: '#f8d7be' },
    { bg: '#443e14', fg: '#e5dfba' },
    { bg: '#284529', fg: '#cae7ca' },
    { bg: '#064743', fg: '#b9e9e4' },
    { bg: '#184258', fg: '#bfe4fb' },
    { bg: '#37395c', fg: '#d7dbff' },
    { bg: '#50314a', fg: '#f4d2eb' },
  ],
};

/** The table of a scheme as CSS variables. */
export function cssVariables(tokens: Tokens): Record<`--ql-${string}`, string> {
  const out: Record<`--ql-${string}`, string> = {};
  const walk = (path: string, value: unknown): void => {
    if (typeof value === 'string') {
      out[`--ql-${path}`] = value;
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      const word = name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
      walk(path ? `${path}-${word}` : word, inner);
    }
  };
  walk('', tokens);
  return out;
}
