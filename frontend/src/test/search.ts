import type { FoundText, Message, SearchPage, SearchQuery } from '../door/shapes';
import { type Person, threadRow } from './people';

/** What a search finds among invented people: words that begin so, without case. */
export function find(people: readonly Person[], query: SearchQuery): SearchPage {
  const words = query.words.trim().toLowerCase();
  const named = people
    .map(threadRow)
    .filter((row) => `${row.patient?.name ?? ''} ${row.phone}`.toLowerCase().includes(words));
  const items = people
    .flatMap((p) => p.messages.filter((m) => kept(p, m, query)).map((m) => found(p, m, words)))
    .filter((hit): hit is FoundText => hit !== null)
    .sort((a, b) => b.at.localeCompare(a.at));
  const narrowed = query.patient || query.author || query.way || query.from || query.to;
  return {
    people: words && !narrowed && !query.attachments && !query.state ? named.slice(0, 6) : [],
    morePeople: named.length > 6,
    items: items.slice(0, query.limit),
    next: '',
    inside: query.inside,
    backTo: '',
    behind: false,
  };
}

function kept(p: Person, m: Message, query: SearchQuery): boolean {
  return (
    (!query.patient || p.card?.id === query.patient) &&
    (!query.way || m.way === query.way) &&
    (!query.attachments || m.media > 0) &&
    (query.state !== 'unread' || p.unread > 0) &&
    (query.state !== 'unknown' || p.card === null)
  );
}

function found(p: Person, m: Message, words: string): FoundText | null {
  const at = words ? m.body.toLowerCase().indexOf(words) : 0;
  if (at < 0) return null;
  return {
    message: m.id,
    thread: p.thread,
    patient: p.card ? { id: p.card.id, name: p.card.name } : null,
    phone: p.phone,
    way: m.way,
    author: m.author,
    at: m.at,
    media: m.media,
    snippet: m.body,
    marks: words ? [{ from: at, to: at + words.length }] : [],
  };
}
