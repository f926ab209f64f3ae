import { describe, expect, it } from 'vitest';
import { rememberedLanguage, rememberLanguage } from '../../i18n/rememberedLanguage';
import { rememberedScheme } from './rememberedScheme';

class Memory implements Storage {
  readonly #kept = new Map<string, string>();
  get length(): number {
    return this.#kept.size;
  }
  key(at: number): string | null {
    return [...this.#kept.keys()][at] ?? null;
  }
  getItem(key: string): string | null {
    return this.#kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.#kept.set(key, value);
  }
  removeItem(key: string): void {
    this.#kept.delete(key);
  }
  clear(): void {
    this.#kept.clear();
  }
}

class Refusing extends Memory {
  override getItem(): string | null {
    throw new DOMException('refused', 'SecurityError');
  }
  override setItem(): void {
    throw new DOMException('full', 'QuotaExceededError');
  }
}

describe('what this machine remembers', () => {
  it('is light or dark', () => {
    const storage = new Memory();
    rememberedScheme(storage).set('dark');
    expect(rememberedScheme(storage).get('auto')).toBe('dark');
  });

  it('is the language', () => {
    const storage = new Memory();
    rememberLanguage(storage, 'es');
    expect(rememberedLanguage(storage, ['en-US'])).toBe('es');
  });

  it('is not believed when it makes no sense', () => {
    const storage = new Memory();
    storage.setItem('quietline.scheme', 'purple');
    storage.setItem('quietline.language', 'tlh');
    expect(rememberedScheme(storage).get('auto')).toBe('auto');
    expect(rememberedLanguage(storage, ['es-MX'])).toBe('es');
  });

  it.each([new Refusing(), null])('can be nothing at all', (storage) => {
    rememberedScheme(storage).set('dark');
    rememberLanguage(storage, 'es');
    expect(rememberedScheme(storage).get('light')).toBe('light');
    expect(rememberedLanguage(storage, [])).toBe('en');
  });
});
