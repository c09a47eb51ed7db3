import { sha256Hex } from '../history.ts';
import type { SurveyForm } from './survey-form.ts';
import { surveyForm20250324 } from './survey-form-2025-03-24.ts';

/** Every version that a customer may have filled in. None is ever changed or removed. */
export const surveyForms: readonly SurveyForm[] = [surveyForm20250324];

/** R4.2 The form of a version. Throws when a record names one that this release does not know. */
export const surveyFormOf = (version: string): SurveyForm => {
  const form = surveyForms.find((one) => one.form === version);
  if (form === undefined) throw new Error(`unknown survey form ${version}`);
  return form;
};

/** SHA-256 in hex over a form's canonical JSON: by it anybody can check that a form reads as it did when it was signed. */
export const formDigest = (form: SurveyForm): string => sha256Hex(form);
