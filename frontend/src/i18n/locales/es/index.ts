import base from '../es.json';
import errors from './errors.json';
import reasons from './reasons.json';

/** The whole catalogue: one file per area, so that each stays readable. */
export default {
  ...base,
  ...reasons,
  errors: { ...base.errors, ...errors.errors },
};
