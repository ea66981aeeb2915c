import type { DockerfileInstruction } from '../../../formats/dockerfile.ts';
import { isFileName } from './file-names.ts';
import type { Ledger } from './ledger.ts';

/** Folders of the package ca-certificates and of its bundle. */
const packageFolders = /^\/(?:etc\/ssl|etc\/ssl\/certs|usr\/share\/ca-certificates)$/;

/**
 * What a file that is copied changes for apt. In its folder: its configuration, whether recommended packages are installed;
 * its sources, which packages there are. As a file where ca-certificates has a folder: its installation fails. `target` is
 * where it comes to lie. Source: apt.conf(5), sources.list(5); dpkg 1.21 on Debian 12.
 */
export function withCopiedFile({ heredocs, words }: DockerfileInstruction, target: string, ledger: Ledger): Ledger {
  if (packageFolders.test(target) && words.length === 2 && isFileName(`/${words[0]?.value ?? ''}`))
    return { ...ledger, blocked: true };
  if (!/\/etc\/apt(?:\/|$)/.test(target) || /keyrings|trusted|preferences/.test(target)) return ledger;
  const foreign = ledger.foreign || !/\/etc\/apt\/apt\.conf/.test(target);
  if (/sources\.list/.test(target)) return { ...ledger, foreign };
  const [heredoc] = heredocs;
  if (!heredoc) return { ...ledger, recommends: undefined, foreign };
  const off = /APT::Install-Recommends\s+"?(?:false|0|no)/i.test(heredoc.content.text);
  return off ? { ...ledger, recommends: false, foreign } : { ...ledger, foreign };
}

/** Writes what comes behind it. Editing a list in place exchanges the mirror or adds a component: the packages stay. */
const writes = />|\b(?:tee|cp|mv)\b|(?:^|\s)-[a-zA-Z]*[oO]|--output/;
/** No command that writes a list of sources is longer before it names the list. */
const longestCommand = 500;

/** A script's own settings: recommended packages switched off for good, and sources of packages added before it installs. */
export function withAptSettings(script: string, ledger: Ledger): Ledger {
  const off =
    /APT::Install-Recommends["']?\s*[= ]\s*["'\\]*(?:false|0|no|off)\b/i.test(script) && /apt\.conf/.test(script);
  return { ...ledger, foreign: ledger.foreign || addsSources(script), ...(off && { recommends: false }) };
}

const addsSources = (script: string): boolean =>
  /\b(?:add-apt-repository|apt-add-repository|extrepo)\b/.test(script) ||
  [...script.matchAll(/\/etc\/apt\/sources\.list/g)].some(({ index }) => {
    const before = script.slice(Math.max(0, index - longestCommand), index);
    return writes.test(before.slice(Math.max(...['\n', ';', '&', '|'].map((mark) => before.lastIndexOf(mark))) + 1));
  });
