/**
 * Keeps the web view's own keys from acting in the desktop window: printing what
 * is on the screen, reloading it, looking into its source, zooming by accident
 * stays possible. Each would show a browser where people expect a program.
 */
export function catchBrowserKeys(page: Window): void {
  page.addEventListener('keydown', (event) => {
    if (caught(event)) event.preventDefault();
  });
  // A file or a link that is dropped on the window must not replace it.
  for (const name of ['dragover', 'drop'] as const) {
    page.addEventListener(name, (event) => event.preventDefault());
  }
}

const withMod = new Set(['p', 'r', 's', 'u', 'g', 'f', 'o', 'j', 'h', 'd']);
const alone = new Set(['F3', 'F5', 'F7', 'BrowserBack', 'BrowserForward', 'BrowserRefresh']);

function caught(event: KeyboardEvent): boolean {
  if (alone.has(event.key)) return true;
  if (event.altKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) return true;
  return (event.ctrlKey || event.metaKey) && withMod.has(event.key.toLowerCase());
}
