import { DoorError } from '../door/error';
import type { PatientCard, RoundStanding } from '../door/shapes';
import type { Clinic, Replies } from './clinic';
import { ago, consent, form, reason } from './people';

type Doors = Pick<
  Replies,
  | 'consent.forms'
  | 'consent.recordPaper'
  | 'consent.revoke'
  | 'consent.sign'
  | 'consent.note'
  | 'consent.canAsk'
  | 'consent.askByText'
  | 'consent.narrow'
  | 'consent.pause'
  | 'consent.resume'
  | 'consent.history'
  | 'consent.todo'
  | 'round.people'
  | 'round.begin'
  | 'round.standing'
  | 'round.earlier'
  | 'round.who'
  | 'round.callOff'
  | 'number.add'
  | 'number.askCode'
  | 'number.hold'
  | 'number.release'
  | 'thread.putBack'
  | 'clinic.texting'
  | 'clinic.saveTexting'
  | 'form.words'
  | 'form.preview'
  | 'form.save'
  | 'form.review'
  | 'form.retire'
  | 'words.ready'
  | 'words.save'
>;

const absent = () => new DoorError('app.not_found');
const forms = () => ({ items: [form('texting-2026-01-en', 'en')] });

const noRound: RoundStanding = {
  found: false,
  id: '',
  end: '',
  begun: '',
  ended: '',
  by: '',
  waiting: 0,
  asked: 0,
  passed: 0,
  answers: { open: 0, words: 0, yes: 0, no: 0, silent: 0, over: 0 },
  until: '',
  reasons: [],
  problem: null,
};

/** The doors of consents, in a clinic where nothing of them waits. */
export const consentDoors = (clinic: Clinic): Doors => ({
  'consent.forms': () => ({
    items: [form('texting-2026-01-en', 'en'), form('texting-2026-01-es', 'es')],
  }),
  'consent.recordPaper': (paper) => {
    if (!paper.attested) return new DoorError('consent.not_attested');
    const id = `consent${clinic.next++}`;
    clinic.changeCard(paper.patient, (c) => ({
      ...c,
      standing: 'can_text',
      categories: paper.categories,
      reasons: [],
      consents: [
        consent(id, {
          form: paper.form,
          signedOn: paper.signedOn,
          expires: paper.expires || '2027-03-17',
          categories: paper.categories,
          fromHour: paper.fromHour,
          toHour: paper.toHour,
          weekdays: paper.weekdays,
          signer: paper.signerName || c.name,
        }),
        ...c.consents,
      ],
    }));
    return { id };
  },
  'consent.revoke': ({ id, how }) => {
    const of = clinic.cards().find((c) => c.consents.some((row) => row.id === id));
    if (!of) return new DoorError('app.not_found');
    return clinic.changeCard(of.id, (c) => ({
      ...c,
      standing: 'cannot_text',
      categories: [],
      reasons: [reason('consent_revoked', 'call_patient', '47-CFR-64.1200(a)(10)')],
      consents: c.consents.map((row) =>
        row.id === id
          ? { ...row, state: 'revoked', revocable: false, revokedAt: ago(0), revokedHow: how }
          : row,
      ),
    })) as PatientCard;
  },
  'consent.sign': absent,
  'consent.note': absent,
  'consent.canAsk': () => ({
    answer: 'go',
    until: '',
    reasons: [],
    phone: '(303) 555-0142',
    words: 'Juniper: May we text you about your visits? Reply YES or STOP. (303) 555-0100',
    draft: false,
  }),
  'consent.askByText': absent,
  'consent.narrow': absent,
  'consent.pause': absent,
  'consent.resume': absent,
  'consent.history': () => ({ code: '4T7KQ-9M2XC', steps: [] }),
  'consent.todo': () => ({ items: [] }),
  'round.people': () => ({ items: [], words: [], more: false, most: 500 }),
  'round.begin': absent,
  'round.standing': () => noRound,
  'round.earlier': () => ({ items: [], next: '' }),
  'round.who': () => ({ items: [] }),
  'round.callOff': () => noRound,
  'number.add': absent,
  'number.hold': () => new DoorError('app.not_found'),
  'number.release': () => new DoorError('app.not_found'),
  'thread.putBack': () => new DoorError('app.not_found'),
  'number.askCode': () => ({ code: '482913', until: '2026-03-17T16:12:00.000Z', phone: '' }),
  'clinic.texting': () => ({
    majority: 18,
    verifiedOnly: false,
    spoken: false,
    answerFirst: false,
    askMany: false,
    liftLimits: false,
  }),
  'clinic.saveTexting': (rules) => rules,
  'form.words': ({ version }) => ({ form: form(version, 'en'), text: '', blocks: [] }),
  'form.preview': () => ({ blocks: [], missing: [] }),
  'form.save': forms,
  'form.review': forms,
  'form.retire': forms,
  'words.ready': () => ({ items: [], longest: 160 }),
  'words.save': () => ({ items: [], longest: 160 }),
});
