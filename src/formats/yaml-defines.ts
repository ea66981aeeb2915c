import type { TemplateAction } from './yaml-actions.ts';

/**
 * The actions that open and close named templates (`define`) between the documents of a file. What stands in one is put
 * elsewhere, so that it is a document of its own. One inside a document is left alone.
 */
export function documentBoundaries(text: string, actions: readonly TemplateAction[]): ReadonlySet<TemplateAction> {
  const found = new Set<TemplateAction>();
  const open: TemplateAction[] = [];
  let from = 0;
  /** Nothing is written yet of the document that the next action stands in. */
  let empty = true;
  for (const action of actions) {
    if (open.length === 0) {
      const between = text.slice(from, action.start);
      const marker = between.lastIndexOf('\n---');
      empty = (marker === -1 ? empty : true) && isBlank(marker === -1 ? between : between.slice(marker + 4));
    }
    if (action.role === 'open') {
      if (action.word === 'define' && open.length === 0 && empty && hasLine(text, action)) found.add(action);
      open.push(action);
    } else if (action.role === 'end') {
      const opener = open.pop();
      if (opener && found.has(opener)) {
        if (hasLine(text, action)) found.add(action);
        else found.delete(opener);
      }
    } else if (action.role === 'expression' && open.length === 0) empty = false;
    from = action.end;
  }
  return found;
}

/** Nothing but blanks, comments and the start of a document. */
const isBlank = (text: string): boolean =>
  text.split('\n').every((line) => {
    const content = line.trim();
    return content === '' || content.startsWith('#') || /^---(?=\s|$)/.test(content);
  });

/** Nothing else stands on the line of an action. */
function hasLine(text: string, { start, end }: TemplateAction): boolean {
  const before = text.lastIndexOf('\n', start - 1) + 1;
  const after = text.indexOf('\n', end);
  return (
    text.slice(start === 0 ? 0 : before, start).trim() === '' &&
    text.slice(end, after === -1 ? undefined : after).trim() === ''
  );
}
