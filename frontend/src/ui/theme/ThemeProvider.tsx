import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.layer.css';
import './base.css';
import { type MantineColorScheme, MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { rememberedScheme } from './rememberedScheme';
import { resolveVariables, theme } from './theme';

interface Props {
  readonly children: ReactNode;
  /** The page's one-time word that lets a style sheet in; none in tests and development. */
  readonly nonce?: string | undefined;
  /** Where light or dark is remembered on this machine. */
  readonly storage: Storage | null;
  /** Fixes the scheme, for photographs. */
  readonly force?: Exclude<MantineColorScheme, 'auto'> | undefined;
}

/** Gives everything below the clinic's look in light or dark. */
export function ThemeProvider({ children, nonce, storage, force }: Props) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveVariables}
      colorSchemeManager={rememberedScheme(storage)}
      defaultColorScheme="auto"
      {...(nonce ? { getStyleNonce: () => nonce } : {})}
      {...(force ? { forceColorScheme: force } : {})}
    >
      {children}
    </MantineProvider>
  );
}
