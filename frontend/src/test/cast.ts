import { ago, card, consent, type Person, person, reason, stranger, text } from './people';

/** The invented patients of the invented clinic, freshly made. */
export function cast(): Person[] {
  const optedOut = ago(60 * 24 * 9);
  return [
    person(
      card('p1', 'Eleanor Whitfield', '(303) 555-0142', {
        consents: [
          consent('c-p1'),
          consent('c-p1-old', { state: 'replaced', signedOn: '2025-01-08', expires: '2026-01-08' }),
        ],
      }),
      [
        text(
          'm101',
          'out',
          'Hi Eleanor, your appointment with Dr. Nassar is Thursday at 2:00 PM. Reply C to confirm.',
          ago(60 * 24 * 2 + 95),
          { category: 'reminders' },
        ),
        text('m102', 'in', 'C', ago(60 * 24 * 2 + 61)),
        text(
          'm103',
          'out',
          'Thank you, you are confirmed. See you Thursday.',
          ago(60 * 24 * 2 + 58),
        ),
        text(
          'm104',
          'in',
          'Good morning! Something came up at work. Could I move Thursday to a later time? Anything after 4 would be perfect.',
          ago(52),
        ),
        text('m105', 'in', 'Friday would also work', ago(50)),
      ],
      2,
    ),
    stranger('t-u1', '(720) 555-0188', [
      text(
        'm201',
        'in',
        'Hello, is this the number for new patients? A friend gave it to me',
        ago(34),
      ),
    ]),
    person(
      card('p2', 'José Luis Márquez Ortega', '(303) 555-0117', {
        language: 'es',
        birthDate: '1971-11-23',
        age: 54,
      }),
      [
        text(
          'm301',
          'out',
          'Buenos días, don José. Le recordamos su cita de mañana a las 10:30.',
          ago(60 * 23),
          { category: 'reminders' },
        ),
        text('m302', 'in', 'Sí, ahí estaré. ¿Llevo los papeles del seguro?', ago(75)),
        text('m303', 'out', 'Sí, por favor, tráigalos. Gracias.', ago(71), { state: 'sent' }),
      ],
    ),
    person(
      card('p3', 'Mei-Ling 陳美玲', '(720) 555-0163', {
        standing: 'limited',
        reasons: [reason('limited_hours', 'stay_within_limits', 'consent-form')],
        consents: [
          consent('c-p3', {
            fromHour: 17,
            toHour: 20,
            weekdays: [1, 2, 3, 4, 5],
            categories: ['reminders'],
          }),
        ],
      }),
      [
        text('m401', 'in', 'Please text me only after work, I drive during the day', ago(60 * 26)),
        text('m402', 'out', 'Of course. We noted it for you.', ago(60 * 25)),
        text('m403', 'out', 'Reminder: your visit is Wednesday at 9:15 AM.', ago(118), {
          state: 'later',
          until: '2026-03-17T23:00:00.000Z',
          category: 'reminders',
        }),
      ],
    ),
    person(
      card('p4', 'Tobias Lindqvist', '(303) 555-0129', {
        consents: [consent('c-p4')],
      }),
      [
        text('m501', 'in', 'Did my insurance get sorted?', ago(60 * 5)),
        text('m502', 'out', 'We are on it and will let you know today.', ago(60 * 4 + 40), {
          state: 'failed',
          failure: { code: 'provider.bad_recipient', params: {} },
        }),
      ],
    ),
    person(
      card('p5', 'Grace Okafor', '(970) 555-0104', {
        birthDate: '2011-02-14',
        age: 15,
        minor: true,
        guardian: 'Adaeze Okafor',
        consents: [
          consent('c-p5', { signer: 'Adaeze Okafor', state: 'expiring', expires: '2026-04-02' }),
        ],
        standing: 'can_text',
        reasons: [
          reason('limited_ending', 'renew_consent', 'consent-form', {
            ends: '2026-04-02T06:00:00.000Z',
          }),
        ],
      }),
      [
        text(
          'm601',
          'in',
          'This is Adaeze, Grace’s mom. She will be ten minutes late',
          ago(60 * 20),
        ),
        text('m602', 'out', 'No problem, we will wait for her.', ago(60 * 20 - 3)),
      ],
    ),
    person(
      card('p6', 'Hannah Brandt', '(303) 555-0170', {
        standing: 'cannot_text',
        numbers: [
          {
            id: 'n-p6',
            phone: '(303) 555-0170',
            shared: false,
            optedOut,
            verified: '',
            guardians: false,
            held: '',
            thread: '',
          },
        ],
        reasons: [
          reason('opted_out', 'ask_for_start', '47-CFR-64.1200(a)(10)', { since: optedOut }),
        ],
      }),
      [
        text(
          'm701',
          'out',
          'Hi Hannah, a reminder of your visit on Monday at 11:00 AM.',
          ago(60 * 24 * 9 + 12),
          { category: 'reminders' },
        ),
        text('m702', 'in', 'STOP', optedOut),
      ],
    ),
    person(
      card('p7', 'Yusuf Demir', '(303) 555-0151', {
        standing: 'cannot_text',
        reasons: [reason('no_consent', 'record_consent', '78-FR-5634')],
        consents: [],
      }),
      [text('m801', 'in', 'Hi, could you text me the address of the new office?', ago(60 * 28))],
      1,
    ),
    person(
      card('p8', 'Priya Raman', '(720) 555-0136', {
        numbers: [
          {
            id: 'n-p8',
            phone: '(720) 555-0136',
            shared: true,
            optedOut: '',
            verified: '',
            guardians: false,
            held: '',
            thread: '',
          },
        ],
      }),
      [
        text('m901', 'in', 'Can I get a receipt for February?', ago(60 * 24 * 3 + 30)),
        text(
          'm902',
          'out',
          'It is ready at the front desk. Shall we mail it instead?',
          ago(60 * 24 * 3),
          {
            state: 'held',
            category: 'billing',
          },
        ),
      ],
    ),
    person(card('p9', 'Małgorzata Wiśniewska', '(303) 555-0198'), [
      text('m1001', 'out', 'Your form arrived, thank you.', ago(60 * 24 * 5), { state: 'unsure' }),
    ]),
    person(card('p10', 'Arjun Mehta', '(720) 555-0121'), [
      text('m1101', 'out', 'See you tomorrow at 8:30 AM.', ago(60 * 24 * 6), {
        state: 'ask',
        category: 'reminders',
      }),
    ]),
    person(card('p11', 'Li Wei', '(303) 555-0109'), [
      text('m1201', 'in', 'thanks so much for the quick help today', ago(60 * 24 * 11)),
    ]),
    person(card('p12', 'Samira al-Khatib', '(970) 555-0177'), [
      text('m1301', 'out', 'We moved your visit to May 4 at 3:00 PM.', ago(60 * 24 * 40)),
    ]),
  ];
}
