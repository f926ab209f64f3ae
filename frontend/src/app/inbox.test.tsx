import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { DoorError } from '../door/error';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';
import { ago, text } from '../test/people';
import { openState } from '../test/shapes';

const composer = () => screen.findByRole('textbox', { name: 'Text message' });
const send = () => screen.getByRole('button', { name: 'Send' });

describe('the inbox', () => {
  it('is worked through with the keyboard alone', async () => {
    const { user } = openDesk();
    await screen.findByText('Eleanor Whitfield');
    await user.keyboard('j{Enter}');
    expect(
      await screen.findByRole('heading', { level: 2, name: 'Eleanor Whitfield' }),
    ).toBeVisible();
    await user.keyboard('r');
    expect(await composer()).toHaveFocus();
    await user.keyboard('Friday 4:30 is free.');
    await waitFor(() => expect(send()).not.toHaveAttribute('aria-disabled'));
    await user.keyboard('{Control>}{Enter}{/Control}');
    const texts = screen.getByRole('region', { name: 'Texts with Eleanor Whitfield' });
    expect(await within(texts).findByText('Friday 4:30 is free.')).toBeVisible();
    expect(await composer()).toHaveValue('');
    await user.keyboard('{Escape}');
    expect(screen.getByRole('listbox', { name: 'Conversations' })).toHaveFocus();
  });

  it('takes letters for words while something is written', async () => {
    const { user } = openDesk({ path: '/inbox/t-p1' });
    await user.type(await composer(), 'jkrn?/');
    expect(await composer()).toHaveValue('jkrn?/');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('shows the texts that wait when the count of them is pressed', async () => {
    const { user } = openDesk();
    await user.click(await screen.findByRole('button', { name: /1 waiting/ }));
    await waitFor(() => expect(screen.queryByText('Eleanor Whitfield')).toBeNull());
    expect(await screen.findByText('Priya Raman')).toBeVisible();
  });

  it('marks what was in sight as read', async () => {
    const { door } = openDesk({ path: '/inbox/t-p1' });
    expect(await screen.findByText('New')).toBeVisible();
    await waitFor(() => expect(door.asked('thread.markRead')).toHaveLength(1), { timeout: 3000 });
    // The line between read and unread stays while the person reads.
    expect(screen.getByText('New')).toBeVisible();
  });

  it('shows and reads out a text that arrives', async () => {
    const { door, clinic } = openDesk({ path: '/inbox/t-p2' });
    await screen.findAllByText(/tráigalos/);
    clinic.arrive('t-p2', text('new', 'in', 'Muchas gracias', ago(0)));
    door.change('thread', 't-p2');
    door.change('inbox');
    expect(
      await screen.findByText('New text from José Luis Márquez Ortega: Muchas gracias'),
    ).toBeInTheDocument();
  });
});

describe('a text that the phone service found fault with', () => {
  it('that came in is shown, with what to know before answering', async () => {
    const { door, clinic } = openDesk({ path: '/inbox/t-p2' });
    await screen.findAllByText(/tráigalos/);
    const failure = { code: 'provider.loop_stopped', params: { provider_code: 30039 } };
    clinic.arrive('t-p2', text('odd', 'in', 'Automatic reply', ago(0), { failure }));
    door.change('thread', 't-p2');
    const texts = screen.getByRole('region', { name: /^Texts with/ });
    expect(await within(texts).findByText('Automatic reply')).toBeVisible();
    expect(within(texts).getByText(/took this text for an automatic answer/)).toBeVisible();
    expect(within(texts).getByText(/Answer only if a person wrote it/)).toBeVisible();
  });

  it('and that did not arrive, names its number where that is all that is known', async () => {
    const { door, clinic } = openDesk({ path: '/inbox/t-p2' });
    await screen.findAllByText(/tráigalos/);
    const failure = { code: 'provider.not_delivered', params: { provider_code: 31999 } };
    clinic.arrive('t-p2', text('odd', 'out', 'See you', ago(0), { state: 'failed', failure }));
    door.change('thread', 't-p2');
    expect(await screen.findByText(/its number for it: 31999/)).toBeVisible();
  });
});

describe('the composer', () => {
  it('says at what time a text of today goes out, and not the day', async () => {
    const { user } = openDesk({ path: '/inbox/t-p3' });
    await user.type(await composer(), 'Your forms are ready.');
    const answer = await screen.findByText(/If you send it now/, {}, { timeout: 3000 });
    expect(answer.textContent?.replace(/\u202f/g, ' ')).toBe(
      'If you send it now, it goes out today at 5:00 PM.',
    );
  });

  it('names beside it whose the texts are: a patient’s, or only a number’s', async () => {
    const { user } = openDesk({ path: '/inbox/t-p3' });
    await user.click(await screen.findByRole('button', { name: 'Show details' }));
    expect(await screen.findByRole('complementary', { name: 'About this patient' })).toBeVisible();
    await user.click(await screen.findByText('(720) 555-0188'));
    expect(await screen.findByRole('complementary', { name: 'About this number' })).toBeVisible();
  });

  it('says why a text may go, and the newest words win', async () => {
    const { user, door } = openDesk({ path: '/inbox/t-p1' });
    expect(await screen.findByText(/answers the patient's own text/)).toBeVisible();
    await user.type(await composer(), 'Hello there');
    await waitFor(() => expect(door.asked('text.check').at(-1)?.body).toBe('Hello there'));
  });

  it('says why not and what to do, and takes the next step', async () => {
    const { user } = openDesk({ path: '/inbox/t-p7' });
    const notice = (
      await screen.findByText('There is no signed consent for texts yet.', {
        selector: '[role] *',
      })
    ).closest('[role="alert"], [role="status"]') as HTMLElement;
    await user.type(await composer(), 'The address is 12 Pine Street.');
    expect(send()).toHaveAttribute('aria-disabled', 'true');
    await user.click(within(notice).getByRole('button', { name: 'Record a signed paper' }));

    const dialog = await screen.findByRole('dialog', { name: 'Record a signed paper' });
    const on = within(dialog);
    const topics = within(await on.findByRole('group', { name: 'What may texts be about?' }));
    await user.click(topics.getByRole('checkbox', { name: 'Appointments' }));
    const signed = on.getByRole('group', { name: 'Signed on' });
    await user.selectOptions(within(signed).getByLabelText('Month'), '3');
    await user.type(within(signed).getByLabelText('Day'), '16');
    await user.type(within(signed).getByLabelText('Year'), '2026');
    expect(within(on.getByRole('group', { name: 'Ends on' })).getByLabelText('Year')).toHaveValue(
      '2027',
    );
    await user.click(on.getByRole('button', { name: 'Record the consent' }));
    expect(on.getByText(/Have the signed paper in front of you/)).toBeVisible();
    await user.click(on.getByRole('checkbox', { name: /signed paper in front of me/ }));
    await user.click(on.getByRole('button', { name: 'Record the consent' }));

    await waitFor(() => expect(send()).not.toHaveAttribute('aria-disabled'));
    expect(await composer()).toHaveValue('The address is 12 Pine Street.');
  });

  it('asks before it sends what a person has to confirm', async () => {
    const { user, door } = openDesk({ path: '/inbox/t-p8' });
    await user.type(await composer(), 'Your receipt is ready.');
    await waitFor(() => expect(send()).not.toHaveAttribute('aria-disabled'));
    await user.click(send());
    const dialog = await screen.findByRole('dialog', { name: 'Send it all the same?' });
    expect(door.asked('text.send')).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Send it' }));
    await waitFor(() => expect(door.asked('text.send')).toMatchObject([{ confirmed: true }]));
  });

  it('sends one text where the answer was lost and the button is pressed again', async () => {
    const clinic = new Clinic();
    let lost = true;
    const { user, door } = openDesk({
      clinic,
      path: '/inbox/t-p1',
      replies: {
        'text.send': (request) => {
          const sent = clinic.replies['text.send'](request);
          if (!lost) return sent;
          lost = false;
          return new DoorError('door.unreachable', {}, true);
        },
      },
    });
    await user.type(await composer(), 'Friday then.');
    await waitFor(() => expect(send()).not.toHaveAttribute('aria-disabled'));
    await user.click(send());
    await user.click(await screen.findByRole('button', { name: 'Try again' }));
    await waitFor(async () => expect(await composer()).toHaveValue(''));
    const keys = door.asked('text.send').map((r) => r.key);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(screen.getAllByText('Friday then.', { selector: 'li p' })).toHaveLength(1);
  });

  it('keeps what was written and finds it again', async () => {
    const { user, door } = openDesk({ path: '/inbox/t-p1' });
    await user.type(await composer(), 'Half a sen');
    await user.click(screen.getByText('Hannah Brandt'));
    await waitFor(() => expect(door.asked('thread.saveDraft').at(-1)?.body).toBe('Half a sen'));
    await screen.findByRole('heading', { level: 2, name: 'Hannah Brandt' });
    await user.click(screen.getByText('Eleanor Whitfield'));
    await screen.findByRole('heading', { level: 2, name: 'Eleanor Whitfield' });
    await waitFor(async () => expect(await composer()).toHaveValue('Half a sen'));
  });

  it('is not there for a role that may not send', async () => {
    const reader = { ...openState, mayDo: ['texts.read', 'patients.read'] };
    openDesk({ clinic: new Clinic(reader), path: '/inbox/t-p1' });
    await screen.findByText(/Something came up at work/);
    expect(screen.queryByRole('textbox', { name: 'Text message' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Record a signed paper' })).toBeNull();
  });
});

describe('a text that needs a person', () => {
  it('says what happened and offers its words again', async () => {
    const { user } = openDesk({ path: '/inbox/t-p4' });
    expect(await screen.findByText(/This number cannot get texts/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Write it again' }));
    expect(await composer()).toHaveValue('We are on it and will let you know today.');
  });

  it('goes or stays as the person decides', async () => {
    const { user, door } = openDesk({ path: '/inbox/t-p8' });
    await user.click(await screen.findByRole('button', { name: "Don't send it" }));
    expect(await screen.findByText('Taken back. It was not sent.')).toBeVisible();
    expect(door.asked('text.resolve')).toEqual([{ id: 'm902', send: false }]);
  });

  it('explains why it was sent', async () => {
    const { user } = openDesk({ path: '/inbox/t-p2' });
    await user.click(
      (await screen.findAllByRole('button', { name: 'Why was this sent?' }))[0] as Element,
    );
    const dialog = await screen.findByRole('dialog', { name: 'Why was this sent?' });
    expect(await within(dialog).findByText(/agreed to texts about this topic/)).toBeVisible();
    expect(within(dialog).getByText('January 12, 2026')).toBeVisible();
  });
});

describe('an unknown number', () => {
  it('becomes a patient, and the question who else has the number is asked', async () => {
    const { user, door } = openDesk({ path: '/inbox/t-u1' });
    await user.click(
      (await screen.findAllByRole('button', { name: /Add as a patient/ }))[0] as Element,
    );
    const dialog = within(await screen.findByRole('dialog', { name: 'Add a patient' }));
    expect(dialog.getByLabelText('Cell phone')).toHaveValue('(720) 555-0188');
    await user.clear(dialog.getByLabelText('Cell phone'));
    await user.type(dialog.getByLabelText('Cell phone'), '303 555 0142');
    await user.type(dialog.getByLabelText('Full name'), 'Noor Aziz');
    await user.selectOptions(dialog.getByLabelText('Month'), '2');
    await user.type(dialog.getByLabelText('Day'), '3');
    await user.type(dialog.getByLabelText('Year'), '2015');
    // Eleven years old: somebody else signs.
    await user.type(dialog.getByLabelText('Parent or guardian'), 'Samir Aziz');
    await user.click(dialog.getByRole('button', { name: 'Add the patient' }));
    expect(
      await dialog.findByText('This number already belongs to Eleanor Whitfield.'),
    ).toBeVisible();
    await user.click(dialog.getByRole('button', { name: 'Yes, they share it' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(door.asked('patient.add').map((r) => r.shared)).toEqual([false, true]);
    expect(door.asked('patient.add')[1]).toMatchObject({
      guardian: 'Samir Aziz',
      birthDate: '2015-02-03',
      zone: 'America/Denver',
    });
  });
});

describe('the screen', () => {
  it('says in Spanish what it says in English', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    openDesk({ path: '/inbox/t-p7', language: 'es' });
    expect(
      (await screen.findAllByText('Todavía no hay un consentimiento firmado para mensajes.'))[0],
    ).toBeVisible();
  });

  it('says when the line is down', async () => {
    const clinic = new Clinic();
    clinic.line = { ...clinic.line, line: 'offline', lastHeard: ago(47) };
    openDesk({ clinic });
    expect(await screen.findByText(/Not connected since .* Texts wait here/)).toBeVisible();
  });
});
