/** Endings of templates, and of samples, which may be all comments. */
export const template = '(?:\\.(?:j2|jinja2?|erb|ej2|epp|tmpl|tpl|template|ctmpl|in|sample))?$';

const accessFile = new RegExp(`(?:^|/)[^/]*pg_hba[^/]*\\.conf${template}`);

/** `pg_hba.conf`, `pg_hba.conf.j2`. */
export const isAccessFile = (path: string): boolean => accessFile.test(path);
