import base from '../en.json';
import attached from './attached.json';
import backups from './backups.json';
import caller from './caller.json';
import consents from './consents.json';
import errors from './errors.json';
import health from './health.json';
import inbox from './inbox.json';
import incidents from './incidents.json';
import line from './line.json';
import live from './live.json';
import lock from './lock.json';
import move from './move.json';
import paper from './paper.json';
import patients from './patients.json';
import people from './people.json';
import reasons from './reasons.json';
import records from './records.json';
import search from './search.json';
import settings from './settings.json';
import setup from './setup.json';
import sheet from './sheet.json';
import shell from './shell.json';
import signin from './signin.json';
import terms from './terms.json';
import waysIn from './waysIn.json';

/** The whole catalogue: one file per area, so that each stays readable. */
export default {
  ...base,
  ...attached,
  ...backups,
  ...caller,
  ...consents,
  ...errors,
  ...health,
  ...inbox,
  ...incidents,
  ...line,
  ...live,
  ...lock,
  ...move,
  ...paper,
  ...patients,
  ...people,
  ...reasons,
  ...records,
  ...search,
  ...settings,
  ...setup,
  ...sheet,
  ...shell,
  ...signin,
  ...terms,
  ...waysIn,
};
