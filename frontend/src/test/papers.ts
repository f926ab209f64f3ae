import type { Answer, Request } from '../door/door';
import { DoorError } from '../door/error';
import { fixedNow } from './people';

type Paper =
  | 'paper.consent'
  | 'paper.form'
  | 'paper.people'
  | 'paper.register'
  | 'paper.texts'
  | 'paper.verify';
type Quiet = 'paper.part' | 'paper.print' | 'paper.save' | 'file.part';
type Brought =
  | 'form.attach'
  | 'form.open'
  | 'form.wanted'
  | 'scan.add'
  | 'scan.open'
  | 'scan.putAside';
type Papers = { [N in Paper | Quiet | Brought]: (asked: Request<N>) => Answer<N> | DoorError };

/** The doors of papers. Papers are made in stories against the program itself; here nothing is on them. */
export const papers: Papers = {
  'paper.consent': () => new DoorError('app.not_found'),
  'paper.form': () => new DoorError('consent.form'),
  'paper.people': () => ({ rows: [] }),
  'paper.register': () => new DoorError('records.empty'),
  'paper.texts': () => new DoorError('records.empty'),
  'paper.verify': ({ code }) =>
    code.startsWith('7K2MD')
      ? {
          finding: 'matches',
          copy: null,
          code,
          patient: {
            id: 'p1',
            name: 'Marisol Vega',
            birthDate: '1990-05-04',
            guardian: '',
            phones: ['(303) 555-0142'],
            zone: 'America/Denver',
          },
          state: 'given',
          form: '2026-2-en',
          signedOn: '2026-01-12',
          expires: '2027-01-11',
          signer: '',
          categories: ['scheduling', 'reminders'],
          madeAt: fixedNow.toISOString(),
          madeBy: 'Ruth Abara',
          since: [],
        }
      : new DoorError('records.unknown'),
  'form.attach': () => new DoorError('records.gone'),
  'form.open': () => new DoorError('app.not_found'),
  'form.wanted': () => ({ items: [{ key: 'risks', source: '78-FR-5634' }] }),
  'scan.add': () => new DoorError('records.gone'),
  'scan.open': () => new DoorError('app.not_found'),
  'scan.putAside': () => new DoorError('app.not_found'),
  'file.part': () => ({}),
  'paper.part': () => ({}),
  'paper.print': () => ({}),
  'paper.save': () => ({ saved: true, address: '', name: '' }),
};
