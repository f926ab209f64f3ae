import base from '../en.json';
import errors from './errors.json';
import reasons from './reasons.json';
import setup from './setup.json';
import signin from './signin.json';
import terms from './terms.json';

/** The whole catalogue: one file per area, so that each stays readable. */
export default {
  ...base,
  ...reasons,
  ...setup,
  ...signin,
  ...terms,
  errors: { ...base.errors, ...errors.errors },
};
