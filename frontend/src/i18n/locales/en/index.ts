import base from '../en.json';
import errors from './errors.json';
import reasons from './reasons.json';
import terms from './terms.json';

/** The whole catalogue: one file per area, so that each stays readable. */
export default {
  ...base,
  ...reasons,
  ...terms,
  errors: { ...base.errors, ...errors.errors },
};
