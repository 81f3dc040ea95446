// The formats `date-time` and `date`. Ajv's own accept the year 1, second 60 and a blank for the T; a
// deadline or a document of this service lies between 2000 and 2100, and PostgreSQL reads no zone of 16
// hours or more from UTC.

const instant =
  /^(?:20\d\d|2100)-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-5]):[0-5]\d)$/;

const date = /^(?:20\d\d|2100)-\d\d-\d\d$/;

const parses = (parse: () => unknown): boolean => {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
};

/** True for RFC 3339 with a zone and a day that exists: '2017-05-20T09:00:00+08:00'. */
export const isInstant = (text: string): boolean =>
  instant.test(text) && parses(() => Temporal.Instant.from(text));

/** True for a day that exists: '2017-05-20'. */
export const isCalendarDate = (text: string): boolean =>
  date.test(text) && parses(() => Temporal.PlainDate.from(text, { overflow: 'reject' }));
