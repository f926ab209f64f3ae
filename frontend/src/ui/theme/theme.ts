import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from '@mantine/core';
import classes from './controls.module.css';
import { cssVariables, dark, light, type Tokens } from './tokens';

/** The accent from light to dark; shade 6 fills in the light scheme, 5 in the dark. */
const accent: MantineColorsTuple = [
  '#eefaf8',
  '#d9f1ee',
  '#bbe1dc',
  '#91cbc5',
  '#64aea7',
  dark.accent.fill,
  light.accent.fill,
  light.accent.fillHover,
  '#124945',
  '#0c3532',
];

const gray: MantineColorsTuple = [
  '#f7f9f9',
  '#f0f3f3',
  '#e7ecec',
  '#dee4e3',
  '#cacfce',
  '#a1a9a8',
  '#747e7d',
  '#515c5a',
  '#373f3e',
  '#1a201f',
];

const night: MantineColorsTuple = [
  '#e4eae9',
  '#cbd3d2',
  '#a5b1af',
  '#788482',
  '#485150',
  '#2d3636',
  '#202727',
  '#161b1b',
  '#111515',
  '#0b0e0e',
];

/**
 * The clinic's look on Mantine: a quiet desk. Sizes are in rem, so that the
 * window's zoom and a person's own type size change everything alike; spacing
 * counts in steps of 4 px.
 */
export const theme: MantineThemeOverride = createTheme({
  colors: { accent, gray, dark: night },
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 5 },
  fontFamily:
    "'Inter Variable', system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'Droid Sans Fallback', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  lineHeights: { xs: '1.4', sm: '1.5', md: '1.5', lg: '1.45', xl: '1.4' },
  spacing: { xs: '0.25rem', sm: '0.5rem', md: '0.75rem', lg: '1rem', xl: '1.5rem' },
  radius: { xs: '0.25rem', sm: '0.375rem', md: '0.5rem', lg: '0.75rem', xl: '1rem' },
  defaultRadius: 'md',
  shadows: {
    xs: '0 1px 2px rgb(10 25 24 / 0.06)',
    sm: '0 1px 3px rgb(10 25 24 / 0.1), 0 1px 2px rgb(10 25 24 / 0.06)',
    md: '0 4px 14px rgb(10 25 24 / 0.12), 0 1px 3px rgb(10 25 24 / 0.08)',
    lg: '0 12px 32px rgb(10 25 24 / 0.18), 0 2px 6px rgb(10 25 24 / 0.1)',
    xl: '0 24px 60px rgb(10 25 24 / 0.24)',
  },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.625rem', lineHeight: '1.25' },
      h2: { fontSize: '1.25rem', lineHeight: '1.3' },
      h3: { fontSize: '1rem', lineHeight: '1.4' },
      h4: { fontSize: '0.875rem', lineHeight: '1.45' },
    },
  },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Text: { defaultProps: { size: 'sm' } },
    Button: { defaultProps: { size: 'sm' }, classNames: { root: classes['button'] } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'lg' } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true, fz: 'xs' } },
    Input: { classNames: { wrapper: classes['field'], input: classes['input'] } },
    Checkbox: { classNames: { input: classes['box'] } },
    SegmentedControl: { defaultProps: { withItemsBorders: false } },
    InputWrapper: {
      classNames: {
        label: classes['label'],
        description: classes['hint'],
        error: classes['error'],
      },
    },
  },
});

function variables(t: Tokens): Record<string, string> {
  return {
    ...cssVariables(t),
    '--mantine-color-body': t.surface.app,
    '--mantine-color-text': t.text.main,
    '--mantine-color-bright': t.text.main,
    '--mantine-color-dimmed': t.text.quiet,
    '--mantine-color-placeholder': t.text.quiet,
    '--mantine-color-anchor': t.text.accent,
    '--mantine-color-error': t.tone.stop.fg,
    '--mantine-color-success': t.tone.ok.fg,
    '--mantine-color-default': t.surface.raised,
    '--mantine-color-default-hover': t.surface.hover,
    '--mantine-color-default-color': t.text.main,
    '--mantine-color-default-border': t.line.control,
    '--mantine-color-disabled': t.surface.sunken,
    '--mantine-color-disabled-color': t.text.quiet,
    '--mantine-color-disabled-border': t.line.soft,
    '--mantine-color-gray-light': t.surface.hover,
    '--mantine-color-gray-light-hover': t.surface.hover,
    '--mantine-color-gray-light-color': t.text.quiet,
    '--mantine-color-gray-outline': t.line.control,
    '--mantine-color-accent-text': t.text.accent,
    '--mantine-color-accent-filled': t.accent.fill,
    '--mantine-color-accent-filled-hover': t.accent.fillHover,
    '--mantine-color-accent-light': t.accent.soft,
    '--mantine-color-accent-light-hover': t.surface.selected,
    '--mantine-color-accent-light-color': t.text.accent,
    '--mantine-color-accent-outline': t.text.accent,
    '--mantine-primary-color-filled': t.accent.fill,
    '--mantine-primary-color-filled-hover': t.accent.fillHover,
    '--mantine-primary-color-light': t.accent.soft,
    '--mantine-primary-color-light-color': t.text.accent,
  };
}

/** Hands the token table to Mantine and to our own style sheets. */
export const resolveVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: variables(light),
  dark: variables(dark),
});
