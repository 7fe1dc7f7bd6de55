import { readFile } from 'node:fs/promises';
import { findRateProblems, type RateCardSource } from '../billing/index.js';
import {
  AppError,
  type Config,
  type ConfigProblem,
  formatProblem,
  parseRateCards,
  type RateCard,
} from '../model/index.js';
import type { CliContext } from './CliContext.js';
import { type ConfigFlags, configFileOf, loadConfig, readConfigFile } from './loadConfig.js';

/** Rate cards, or what is wrong with them. */
export interface ReadRates {
  readonly cards: readonly RateCard[];
  readonly files: readonly string[];
  readonly problems: readonly ConfigProblem[];
}

/**
 * The configuration and its rate cards, files it names included, all checked. Throws CONFIG_INVALID with every problem, and
 * INPUT_NOT_FOUND for a file that is not there, before anything is written.
 */
export async function loadRates(
  flags: ConfigFlags,
  context: CliContext,
): Promise<{ readonly config: Config; readonly cards: readonly RateCard[] }> {
  const config = await loadConfig(flags, context);
  const file = configFileOf(flags, context);
  const text = await readFile(file, 'utf8').catch(() => '');
  const { cards, problems } = await readRates(config, { file, text });
  if (problems.length === 0) return { config, cards };
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  throw new AppError('CONFIG_INVALID', `${count} in the rate cards\n${problems.map(formatProblem).join('\n')}`, {
    hint: 'mend them and run: tenantscope rates vet',
  });
}

/** The rate cards of a project file and of the files it names, with every problem. Throws INPUT_NOT_FOUND. */
export async function readRates(
  config: Config,
  project: { readonly file: string; readonly text: string },
): Promise<ReadRates> {
  const own: RateCardSource[] = config.rate_cards.map((card, index) => ({
    ...project,
    card,
    path: ['rate_cards', index],
  }));
  const read = await Promise.all(config.rate_card_files.map(readRateFile));
  const versions = [...own, ...read.flatMap(({ sources }) => sources)];
  const versioned = versions.length > 0 || config.rate_card_files.length > 0;
  const sources = versioned ? versions : [{ ...project, card: config.rate_card, path: ['rate_card'] }];
  return checked(
    config,
    sources,
    read.flatMap(({ problems }) => problems),
    [project.file, ...config.rate_card_files],
  );
}

/** The rate cards of one file, with the tenants, plans and meters of a project. Throws INPUT_NOT_FOUND. */
export async function readOneRateFile(config: Config, file: string): Promise<ReadRates> {
  const { sources, problems } = await readRateFile(file);
  return checked(config, sources, problems, [file]);
}

function checked(
  config: Config,
  sources: readonly RateCardSource[],
  problems: readonly ConfigProblem[],
  files: readonly string[],
): ReadRates {
  const found = findRateProblems(sources, { meters: config.meters, plans: config.plans, tenants: config.tenants });
  return { cards: sources.map(({ card }) => card), files, problems: [...problems, ...found] };
}

interface RateFile {
  readonly sources: readonly RateCardSource[];
  readonly problems: readonly ConfigProblem[];
}

async function readRateFile(file: string): Promise<RateFile> {
  const text = await readConfigFile(file);
  const { cards, problems } = parseRateCards(text, file);
  return { sources: cards.map((card, index) => ({ card, file, text, path: ['rate_cards', index] })), problems };
}
