import type { Door } from './door';
import { newId } from './ids';

/** How many bytes of a file go through a door at once. */
const part = 384 * 1024;

/** Hands a chosen file to the program in parts and returns the key under which it lies there. */
export async function bringFile(door: Door, file: Blob, signal?: AbortSignal): Promise<string> {
  const key = newId();
  for (let at = 0; at < file.size; at += part) {
    signal?.throwIfAborted();
    const bytes = new Uint8Array(await file.slice(at, at + part).arrayBuffer());
    await door.call('file.part', { key, at, data: base64(bytes) }, signal);
  }
  return key;
}

export function base64(bytes: Uint8Array): string {
  let binary = '';
  // An argument list has its limit.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary);
}
