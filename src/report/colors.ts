import type { Severity } from '../core/finding.ts';

/** Dresses text for a terminal, or leaves it as it is. */
export interface Colors {
  readonly severity: (severity: Severity, text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

const codes = { error: 31, warning: 33, note: 36 } as const satisfies Record<Severity, number>;

/** SGR sequences (ECMA-48, 8.3.117) when `color` is on. */
export function colors(color: boolean): Colors {
  const dress = (code: number) => (text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    severity: (severity, text) => dress(codes[severity])(text),
    strong: dress(1),
    faint: dress(2),
  };
}
