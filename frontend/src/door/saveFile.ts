/**
 * Has the browser save what lies at an address that a door has given. The address
 * is good for one request, which the browser makes; the page reads nothing of it.
 */
export function saveFile(page: Document, address: string, name: string): void {
  const link = page.createElement('a');
  link.href = address;
  link.download = name;
  page.body.append(link);
  link.click();
  link.remove();
}
