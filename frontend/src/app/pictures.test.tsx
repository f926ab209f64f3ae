import { screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { DoorError } from '../door/error';
import type { Pictures } from '../door/shapes';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';

const off: Pictures = {
  state: 'off',
  phone: '',
  askedAt: '',
  left: 0,
  provenAt: '',
  by: '',
  problem: null,
};
const asked: Pictures = {
  ...off,
  state: 'asked',
  phone: '(303) 555-0166',
  askedAt: '2026-03-04T17:00:00Z',
  left: 5,
};
const on: Pictures = {
  ...asked,
  state: 'on',
  provenAt: '2026-03-04T17:02:00Z',
  by: 'Ada Quill',
};

/** Opens the dialog of a live clinic, whose pictures stand as they stand. */
async function openPictures(standing: { is: Pictures }) {
  const clinic = new Clinic();
  const answer = (next: Pictures) => {
    standing.is = next;
    return next;
  };
  const opened = openDesk({
    clinic,
    path: '/settings',
    replies: {
      'live.status': () => ({
        account: 'beef',
        key: 'beef',
        main: false,
        phone: '(303) 555-0100',
        document: 'Folder 3',
        signed: '2026-03-01',
        code: '4711',
        proofPhone: '(303) 555-0166',
        proofAsked: '2026-03-04T15:00:00Z',
        out: '2026-03-04T15:01:00Z',
        arrived: '2026-03-04T15:01:00Z',
        in: '2026-03-04T15:02:00Z',
        noReply: false,
        live: {
          by: 'Ada Quill',
          at: '2026-03-04T16:00:00Z',
          phone: '(303) 555-0100',
          checks: 17,
          unknown: 0,
        },
      }),
      'pictures.status': () => standing.is,
      'pictures.try': () => answer(asked),
      'pictures.confirm': ({ code }) => {
        if (code === '4821') return answer(on);
        const left = standing.is.left - 1;
        answer({ ...standing.is, left });
        return left > 0
          ? new DoorError('golive.trial_wrong', { left })
          : new DoorError('golive.trial_over');
      },
      'pictures.off': () => answer(off),
    },
  });
  await opened.user.click(await screen.findByRole('button', { name: 'Pictures' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Pictures' }));
  return { ...opened, dialog };
}

it('pictures are switched on by the number on the phone, and off again', async () => {
  const { user, door, dialog } = await openPictures({ is: off });
  const send = await dialog.findByRole('button', { name: 'Send the test picture' });
  await user.type(dialog.getByLabelText('Your mobile phone'), '303 555 0166');
  // Nobody has said yet that the agreement covers it.
  await user.click(send);
  expect(door.asked('pictures.try')).toEqual([]);
  await user.click(dialog.getByRole('checkbox', { name: /Our agreement with Twilio/ }));
  await user.click(send);
  expect(await dialog.findByText(/on its way to \(303\) 555-0166/)).toBeVisible();
  expect(door.asked('pictures.try')).toEqual([{ phone: '303 555 0166', agreed: true }]);
  await user.type(dialog.getByLabelText('Number in the picture'), '1111');
  await user.click(dialog.getByRole('button', { name: 'Check the number' }));
  expect(await dialog.findByText(/Tries left: 4/)).toBeVisible();
  await user.type(dialog.getByLabelText('Number in the picture'), ' 4821');
  await user.click(dialog.getByRole('button', { name: 'Check the number' }));
  expect(await dialog.findByText(/Pictures are on\. Ada Quill saw/)).toBeVisible();
  expect(dialog.queryByRole('button', { name: 'Send the test picture' })).toBeNull();
  await user.click(dialog.getByRole('button', { name: 'Switch pictures off' }));
  expect(await dialog.findByRole('button', { name: 'Send the test picture' })).toBeVisible();
});

it('after too many wrong numbers another picture is sent', async () => {
  const { user, dialog } = await openPictures({ is: { ...asked, left: 1 } });
  await user.type(await dialog.findByLabelText('Number in the picture'), '1111');
  await user.click(dialog.getByRole('button', { name: 'Check the number' }));
  expect(await dialog.findByText(/was wrong too often/)).toBeVisible();
  await waitFor(() => expect(dialog.queryByLabelText('Number in the picture')).toBeNull());
  await user.click(dialog.getByRole('button', { name: 'Send another one' }));
  expect(await dialog.findByLabelText('Number in the picture')).toBeVisible();
});

it('a number that carries no pictures is said, and nothing can be sent', async () => {
  const { dialog } = await openPictures({
    is: { ...off, state: 'unable', problem: { code: 'golive.number_no_pictures', params: {} } },
  });
  expect(await dialog.findByText(/This number carries texts, but no pictures/)).toBeVisible();
  expect(dialog.queryByRole('button', { name: 'Send the test picture' })).toBeNull();
});
